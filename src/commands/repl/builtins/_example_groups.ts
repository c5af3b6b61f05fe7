/** A line to try. */
export interface ExampleLine {
  /** What it does. */
  about: string;
  /** The line, as typed in a session. */
  line: string;
}

/** Lines for one kind of task. */
export interface ExampleGroup {
  /** The word that stands for it in `examples WORD`. */
  word: string;
  /** What the lines are for. */
  title: string;
  /** The lines; each may count on what those before it have shown. */
  lines: readonly ExampleLine[];
}

/** The lines of `examples`, in the order in which a newcomer needs them. */
export const EXAMPLE_GROUPS: readonly ExampleGroup[] = [
  {
    word: "search",
    title: "Search for bundles",
    lines: [
      { about: "all of them", line: "post-search --es-query {}" },
      {
        about: "by organ",
        line: 'post-search --es-query {"query": {"match": ' +
          '{"files.specimen_from_organism_json.organ.text": "kidney"}}}',
      },
      {
        about: "by several things at once",
        line: 'post-search --es-query {"query": {"bool": {"must": [' +
          '{"match": {"files.donor_organism_json.sex": "male"}}, ' +
          '{"match": {"files.donor_organism_json.genus_species.text": ' +
          '"Mus musculus"}}]}}}',
      },
      {
        about: "only how many there are",
        line: "post-search --es-query {} --query total_hits",
      },
      {
        about: "only the FQIDs, one a line",
        line: "post-search --es-query {} --query results[].bundle_fqid " +
          "--output jsonl",
      },
      {
        about: "with their metadata",
        line: "post-search --es-query {} --output-format raw",
      },
    ],
  },
  {
    word: "list",
    title: "List bundles",
    lines: [
      { about: "all of a replica", line: "get-bundles-all --replica gcp" },
      {
        about: "those whose uuid begins so",
        line: "get-bundles-all --prefix 79",
      },
    ],
  },
  {
    word: "look",
    title: "Look into a bundle",
    lines: [
      {
        about: "one by its FQID",
        line: "get-bundle 7964d4b9-dc39-4c45-ac19-7ec68741d7c3." +
          "2019-08-01T224830.507486Z",
      },
      { about: "a metadata file of it, by its number", line: "get-file $1" },
      {
        about: "the size, type and checksums of a file",
        line: "get-bundle 7964d4b9-dc39-4c45-ac19-7ec68741d7c3; head-file $2",
      },
      {
        about: "only the names of the files",
        line: "post-search --es-query {}; " +
          "get-bundle $1 --query bundle.files[].name",
      },
    ],
  },
  {
    word: "download",
    title: "Download",
    lines: [
      {
        about: "a bundle, into the current directory",
        line: "post-search --es-query {}; download $1",
      },
      {
        about: "into another directory",
        line: "download $1 --download-dir atlas",
      },
      { about: "only the metadata", line: "download $2 --no-data" },
      {
        about: "only some of the data",
        line: "download $2 --no-metadata --data-filter *.fastq.gz",
      },
      {
        about: "how much it would be",
        line: "download $3 --dry-run",
      },
    ],
  },
  {
    word: "manifest",
    title: "Download what a manifest lists",
    lines: [
      {
        about: "every file of its rows, each content once",
        line: "download-manifest --manifest manifest.tsv",
      },
      {
        about: "as the directories of bundles",
        line: "download-manifest --manifest manifest.tsv --layout bundle",
      },
    ],
  },
  {
    word: "verify",
    title: "Verify what was downloaded",
    lines: [
      { about: "every byte below a directory", line: "verify atlas" },
      {
        about: "and fetch again what is damaged or missing",
        line: "verify atlas --repair",
      },
    ],
  },
  {
    word: "login",
    title: "Log in and out",
    lines: [
      { about: "with the browser of this machine", line: "login" },
      { about: "with a browser elsewhere", line: "login --remote" },
      { about: "who is logged in", line: "auth status" },
      { about: "end it", line: "logout" },
    ],
  },
  {
    word: "background",
    title: "Work in the background",
    lines: [
      {
        about: "a download beside the prompt",
        line: "post-search --es-query {}; download $1 &",
      },
      { about: "what runs", line: "jobs" },
      { about: "until all have ended, and show them", line: "wait" },
      {
        about: "another one, and stop it; what it has fetched stays",
        line: "download $2 &\ncancel 2",
      },
    ],
  },
  {
    word: "answers",
    title: "Work with answers",
    lines: [
      {
        about: "the last one, whole",
        line: "post-search --es-query {}; last",
      },
      { about: "a part of it", line: "last --query results[0]" },
      { about: "into a file", line: "last > answer.json" },
      { about: "through a program", line: "last | jq ." },
      { about: "what was seen, newest first", line: "recent --limit 5" },
    ],
  },
  {
    word: "session",
    title: "Set up the session",
    lines: [
      { about: "the other replica, from now on", line: "use replica gcp" },
      { about: "where downloads go", line: "use dir atlas" },
      { about: "the embedded data store", line: "use service local" },
      { about: "what is set", line: "session" },
      { about: "earlier lines and their numbers", line: "history" },
      { about: "the lines of a file", line: "source morning.hca" },
    ],
  },
];
