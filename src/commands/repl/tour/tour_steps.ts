/** The directory of the tour's download, below the current one. */
export const TOUR_DIRECTORY = "hca-tour";

/** A part of the tour: what is said, then a line that is run. */
export interface TourStep {
  /** What it is about. */
  title: string;
  /** What is said before the line runs. */
  text: string;
  /** The line, as a person would type it. */
  line: string;
  /** Whether it needs the directory of the tour. */
  needsDirectory?: boolean;
}

/**
 * The parts of the tour, over the sample bundles of the embedded store.
 *
 * @param directory where its download goes
 */
export function tourSteps(directory: string): TourStep[] {
  return [
    {
      title: "What there is",
      text: "The Human Cell Atlas maps the cells of the body. What one " +
        "experiment gave is a bundle: files of data, mostly sequencing " +
        "reads, and files of metadata that say what was done with which " +
        "tissue. This lists all bundles:",
      line: "post-search --es-query {}",
    },
    {
      title: "Searching",
      text: "Each line is the FQID of a bundle: its uuid, a dot, and its " +
        "version, which is a time. Bundles are found by their metadata, " +
        "with an Elasticsearch query; JSON needs no quotes here, and may " +
        "go on over several lines. Which bundles are about mice?",
      line: 'post-search --es-query {"query": {"match": ' +
        '{"files.donor_organism_json.genus_species.text": "Mus musculus"}}}',
    },
    {
      title: "Looking at a bundle",
      text: "$1 is the first line of the last answer, so that nobody types " +
        "a uuid. The data is kept twice, as replicas in two clouds: aws, " +
        "which is asked if nothing else is said, and gcp. What is in this " +
        "bundle?",
      line: "get-bundle $1",
    },
    {
      title: "Downloading",
      text: "$_ is what was shown or used last: this bundle. A file gets its " +
        "name only when its size and its SHA-256 are right. What is " +
        "interrupted goes on where it was, by the same line. This goes to " +
        `${directory}/, which is made for the tour and removed at its end:`,
      line: `download $_ --download-dir ${directory}`,
      needsDirectory: true,
    },
    {
      title: "Verifying",
      text: "Later, or after a copy to another disk, every byte can be read " +
        "and compared again; --repair would fetch what is damaged.",
      line: `verify ${directory}`,
      needsDirectory: true,
    },
    {
      title: "Reading metadata",
      text: "One file can be read without a download. The numbers are still " +
        "those of the bundle's files: $3 is the document about the donor.",
      line: "get-file $3",
    },
    {
      title: "Working with an answer",
      text: "'last' is the last answer, whole, without asking again. --query " +
        "takes a part of it (JMESPath); '| PROGRAM' and '> FILE' hand it on.",
      line: "last --query genus_species[].ontology_label",
    },
  ];
}

/** What to try after the tour, and what it is good for. */
export const AFTER_TOUR: readonly (readonly [string, string])[] = [
  ["Tab", "completes commands, flags, values, and bundles that were seen"],
  ["Up, Ctrl-R, !!", "bring earlier lines back; 'history' lists them"],
  [
    "download $1 &",
    "works beside the prompt; 'jobs' and 'wait' say how far it is",
  ],
  ["use replica gcp", "is for all later lines; 'session' shows what is set"],
  ["examples", "has lines for many tasks; 'examples search' for one"],
  ["help download", "says all about a command; 'help' lists them"],
  ["Ctrl-C, Ctrl-D", "stop a command, and end the session"],
];
