import { s3Elements, s3Text } from "./s3_xml.ts";

/**
 * The tags of an object, from the XML that S3 answers to `GET ?tagging`; of
 * anything else, none.
 */
export function parseTags(xml: string): Map<string, string> {
  const tags = new Map<string, string>();
  for (const tag of s3Elements("Tag", xml)) {
    const key = s3Text("Key", tag)?.trim();
    const value = s3Text("Value", tag)?.trim();
    if (key !== undefined && value !== undefined) tags.set(key, value);
  }
  return tags;
}
