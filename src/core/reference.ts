/**
 * What a build refers to in place of leaving an artifact of its own: an AMI's ID, an ARN, another registry's image. As a location it is the text that the build
 * wrote, or for each Region one, after a mark that no other location begins with.
 */
const MARK = 'reference:';

/** A parameter's value has 4,096 bytes at most; Regions are about 40. */
const MAX_TEXT = 1_024;
const MAX_REGIONS = 64;

/**
 * The location that a file's content gives: a text in one line, or a JSON object of a text for each Region.
 * @throws Error where it is neither
 */
export function referenceLocation(content: string): string {
  const text = content.trim();
  const regions = regionsIn(text);
  for (const value of regions === undefined ? [text] : Object.values(regions)) {
    if (typeof value !== 'string' || value === '' || value.length > MAX_TEXT || /[\p{Cc}]/u.test(value)) {
      throw new Error(`${JSON.stringify(value)?.slice(0, 80)} is no reference: write one line of text, at most ${MAX_TEXT} characters, or a JSON object that has such a text for each Region.`);
    }
  }
  if (regions === undefined) {
    return `${MARK}${text}`;
  }
  const names = Object.keys(regions).sort();
  const unfit = names.find((name) => !/^[a-z]{2,4}(-[a-z]+)+-\d+$/.test(name));
  if (unfit !== undefined || names.length === 0 || names.length > MAX_REGIONS) {
    throw new Error(`${unfit === undefined ? `${names.length} Regions` : JSON.stringify(unfit)}: a reference by Region is a JSON object such as {"eu-west-1": "ami-1", "us-east-1": "ami-2"}.`);
  }
  return `${MARK}${JSON.stringify(Object.fromEntries(names.map((name) => [name, regions[name]])))}`;
}

export function isReference(location: string): boolean {
  return location.startsWith(MARK);
}

/**
 * What a reference says in a Region; without a Region, all of it.
 * @throws Error where it says nothing for the Region
 */
export function referenceIn(location: string, region: string | undefined): string {
  const text = location.slice(MARK.length);
  const regions = regionsIn(text);
  if (regions === undefined || region === undefined) {
    return text;
  }
  if (!Object.hasOwn(regions, region)) {
    throw new Error(`the build refers to nothing in ${region}, and to something in ${Object.keys(regions).join(', ')}: let its commands make it there as well`);
  }
  return regions[region] as string;
}

function regionsIn(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) {
    return undefined;
  }
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new Error(`${JSON.stringify(text.slice(0, 80))} begins as a JSON object and is none.`);
  }
}
