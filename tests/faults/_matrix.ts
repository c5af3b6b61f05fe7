/**
 * The rows of the fault matrix: what may go wrong, by kind. A row that cannot
 * be made to happen here, or that is tested elsewhere, says so.
 *
 * @module
 */

/** A row. */
export interface FaultRow {
  /** Its name. */
  row: string;
  /** What goes wrong. */
  fault: string;
  /** Tests of it outside of this suite. */
  elsewhere?: string;
  /** Why it, or a part of it, is not made to happen. */
  notInjected?: string;
}

/** A kind of faults. */
export interface FaultKind {
  title: string;
  rows: readonly FaultRow[];
}

const row = (
  name: string,
  fault: string,
  rest: Omit<FaultRow, "row" | "fault"> = {},
): FaultRow => ({ row: name, fault, ...rest });

/** All rows. */
export const FAULT_MATRIX: readonly FaultKind[] = [
  {
    title: "Network and services",
    rows: [
      row("N01", "connection reset in the middle, more than once"),
      row("N02", "connection reset again and again, a little arrives"),
      row("N03", "connection closed before the stated length"),
      row("N04", "nothing arrives any more, for ever"),
      row("N05", "shorter object than the manifest says, stated as such"),
      row("N06", "one byte wrong, always"),
      row("N07", "one byte wrong, once"),
      row("N08", "200 with a login page"),
      row("N09", "server ignores Range"),
      row("N10", "Content-Range other than asked"),
      row("N11", "206 without Content-Range"),
      row("N12", "object changed between two tries"),
      row("N13", "entity tag changed or missing, bytes the same"),
      row("N14", "416, or nothing left to fetch"),
      row("N15", "part or journal that does not fit"),
      row("N16", "compressed although identity was asked for"),
      row("N17", "compressed when asked for"),
      row("N18", "stall after the head or in the middle"),
      row("N19", "slow drip for ever"),
      row("N20", "accepted and never answered"),
      row("N21", "408, 429, 500, 502, 503, 504"),
      row("N22", "Retry-After in seconds"),
      row("N23", "Retry-After as a date"),
      row("N24", "Retry-After that is huge or makes no sense"),
      row("N25", "rate limiter"),
      row("N26", "301 to itself with Retry-After"),
      row("N27", "redirect loop"),
      row("N28", "redirect to another origin with credentials"),
      row("N29", "redirect from https to http"),
      row("N30", "redirect to another scheme or a link-local address"),
      row("N31", "signed address expires in the middle"),
      row("N32", "401, 403"),
      row("N33", "404, 410"),
      row("N34", "no address, connection refused"),
      row("N35", "certificate not to be trusted"),
      row("N36", "chunked or close-delimited body that is cut"),
      row("N37", "huge header fields, many header fields"),
      row("N38", "HTTP/2 GOAWAY and stream errors"),
      row("N39", "proxy refused, 407, tunnel cut"),
    ],
  },
  {
    title: "Disk",
    rows: [
      row("D01", "disk full in the middle"),
      row("D02", "known too big before the start"),
      row("D03", "quota, file size limit", {
        notInjected:
          "a quota of a real file system needs one mounted for it; the error " +
          "that it gives (EDQUOT) is injected instead",
      }),
      row("D04", "read-only, no permission"),
      row("D05", "EIO on write and sync", {
        notInjected: "an error of close(2): the runtime does not report it",
      }),
      row("D06", "power cut around the rename", {
        notInjected:
          "the power itself; the order of the system calls is read instead",
      }),
      row("D07", "link across file systems (EXDEV)"),
      row("D08", "too many links (EMLINK)"),
      row("D09", "file system without links (EPERM, ENOTSUP)"),
      row("D10", "content in the store altered by the user"),
      row("D11", "another file has the name already"),
      row("D12", "symbolic link planted as target, parent, part or store"),
      row("D13", "FIFO or directory in the way"),
    ],
  },
  {
    title: "Names and paths",
    rows: [
      row("P01", "names that climb out"),
      row("P02", "absolute names, drive letters, backslashes"),
      row("P03", "control and invisible characters"),
      row("P04", "names that only Windows reserves", {
        notInjected:
          "they are good names elsewhere and are used as they are; on " +
          "Windows the system refuses them, with a LocalError for each",
      }),
      row("P05", "names that differ by case or Unicode form"),
      row("P06", "names and paths that are too long"),
      row("P07", "names with #, %, brackets, blanks, quotes, leading -"),
      row("P08", "hashes that are none"),
      row("P09", "one hash with two sizes, one place with two contents", {
        elsewhere: "tests/transfer/transfer_plan_test.ts",
      }),
    ],
  },
  {
    title: "Processes",
    rows: [
      row("K01", "kill -9 at random moments"),
      row("K02", "SIGINT once and twice, SIGTERM"),
      row("K03", "SIGHUP, stop and continue, nobody reads"),
      row("K04", "two at once on one store"),
      row("K05", "locks that lie", {
        notInjected:
          "a reboot of the host: no lock is ever written, so there is none " +
          "to be stale; the process that a journal names counts as ended " +
          "only within the same boot",
      }),
      row("K06", "clock jumps"),
      row("K07", "network down and up", {
        notInjected:
          "a suspended machine; to a program it is K03 (stopped) and K07 " +
          "together",
      }),
    ],
  },
  {
    title: "Manifests and documents",
    rows: [
      row("M01", "a million rows"),
      row("M02", "malformed tables"),
      row("M03", "sizes that are none, empty files"),
      row("M04", "malformed JSON"),
      row("H01", "hostile API document"),
      row("H02", "hostile next page"),
      row("H03", "Content-Disposition with a path"),
      row("H04", "answer that unpacks to very much"),
    ],
  },
  {
    title: "Secrets and the local service",
    rows: [
      row("S01", "token in output, files, process list", {
        notInjected:
          "the process list: a token is only an argument of `hca dss login " +
          "--access-token TOKEN`, for which `-` reads standard input",
      }),
      row("S02", "mode of the file with the token"),
      row("S03", "DNS rebinding, paths out of the store", {
        elsewhere: "tests/server/get_blob_test.ts",
      }),
      row("S04", "escape sequences in an interactive session", {
        elsewhere: "tests/shells/repl_escapes_test.ts",
      }),
    ],
  },
];
