/** Who a service is to an S3 service; unsigned requests need none. */
export interface S3Credentials {
  /** The name of the key. */
  accessKeyId: string;
  /** The key. */
  secretAccessKey: string;
  /** Comes with a key that lives for a while only. */
  sessionToken?: string;
  /** The region that signatures are for. Default: us-east-1. */
  region?: string;
}

/** What a service may reach and do; decided when the store is opened. */
export interface ServiceSettings {
  /** Directories below which `file://` sources and destinations may be. */
  directories: readonly string[];
  /** Hosts besides this machine that `http(s)://` sources may be at. */
  sourceHosts: readonly string[];
  /** Where `s3://` is: the address of an S3 service; undefined: nowhere. */
  s3Endpoint: string | undefined;
  /** Signs what is sent there; undefined: nothing is signed. */
  s3Credentials: S3Credentials | undefined;
  /** Sources above this size are copied after the answer (202), bytes. */
  asyncAboveBytes: number;
  /** Hosts besides this machine that notifications may be sent to. */
  callbackHosts: readonly string[];
  /** Whether everything that changes the store is refused (503). */
  isReadOnly: boolean;
}

/** What a service that nobody has set up may do. */
export const DEFAULT_SERVICE_SETTINGS: ServiceSettings = {
  directories: [],
  sourceHosts: [],
  s3Endpoint: undefined,
  s3Credentials: undefined,
  // As the DSS: what is larger is not copied within a request.
  asyncAboveBytes: 64 * 1024 * 1024,
  callbackHosts: [],
  isReadOnly: false,
};
