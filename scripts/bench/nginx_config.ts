/** Where the server finds what it serves. */
export interface ServedDirectories {
  /** Where it runs, keeps its logs and temporary files. */
  state: string;
  /** The blobs. */
  blobs: string;
  /** Bundles and API documents. */
  api: string;
}

/**
 * The ways to the same data: all speed; every connection slowed down; every
 * answer logged.
 */
export const ROUTES = ["", "/capped", "/logged"] as const;

/** One of {@linkcode ROUTES}. */
export type Route = typeof ROUTES[number];

/** What one connection gets below `/capped`, bytes per second. */
export const CAP_BYTES_PER_SECOND = 20_000_000;

/**
 * The configuration of an nginx that plays a DSS: an API document, bundles,
 * `/files/{uuid}` that redirects to `/blobs/…`, and the blobs.
 */
export function nginxConfig(
  port: number,
  { state, blobs, api }: ServedDirectories,
  runsAsRoot: boolean,
): string {
  // nginx would drop to `nobody`, who may not read what root made.
  const user = runsAsRoot ? "user root;\n" : "";
  return `${user}daemon off;
worker_processes 2;
pid ${state}/nginx.pid;
error_log ${state}/error.log;
events { worker_connections 4096; }
http {
  access_log off;
  log_format bytes '$body_bytes_sent';
  sendfile on;
  tcp_nopush on;
  keepalive_requests 10000000;
  client_body_temp_path ${state}/body;
  proxy_temp_path ${state}/proxy;
  fastcgi_temp_path ${state}/fastcgi;
  uwsgi_temp_path ${state}/uwsgi;
  scgi_temp_path ${state}/scgi;
  types { }
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location ~ ^(/[a-z]+)?/v1/files/(\\w+)-(\\w+)-(\\w+)-(\\w+)-(\\w+)$ {
      return 302 http://$http_host$1/blobs/$2$3$4$5$6;
    }
    location ~ ^(?:/[a-z]+)?/v1/bundles/([-\\w]+)$ {
      default_type application/json;
      alias ${api}/$1.json;
    }
    location ~ ^(?:/[a-z]+)?/v1/[a-z]+\\.json$ {
      default_type application/json;
      root ${api};
    }
    location /blobs/ { alias ${blobs}/; }
    location /capped/blobs/ {
      limit_rate ${CAP_BYTES_PER_SECOND};
      alias ${blobs}/;
    }
    location /logged/blobs/ {
      access_log ${state}/bytes.log bytes;
      alias ${blobs}/;
    }
  }
}
`;
}
