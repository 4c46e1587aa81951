import { posix } from 'node:path';
import { BuildReport } from './build-props';
import { BuildspecReport } from '../core/buildspec/buildspec';
import { REPORT_FORMATS } from '../core/buildspec/read';
import { refuseUnknownKeys } from '../private/known-keys';

const REPORT_KEYS: Record<keyof BuildReport, true> = { name: true, files: true, format: true, baseDirectory: true };

/** What one project holds. */
const MAX_REPORTS = 5;

/** Reports by name, with folders relative to the repository's root. @param folder that theirs are relative to */
export function namedReports(title: string, reports: readonly BuildReport[], folder: string): [string, BuildspecReport][] {
  const named = reports.map((report): [string, BuildspecReport] => {
    const { name, files, format = 'JUNITXML', baseDirectory = '.' } = report;
    refuseUnknownKeys(`${title}: reports ${JSON.stringify(name)}`, 'BuildReport', report, REPORT_KEYS);
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name)) {
      throw new Error(`${title}: reports: the name ${JSON.stringify(name)}: it takes letters, digits, _ and -.`);
    }
    if (!REPORT_FORMATS.some((known) => known === format)) {
      throw new Error(`${title}: reports: the format of ${JSON.stringify(name)} is ${JSON.stringify(format)}: CodeBuild reads ${REPORT_FORMATS.join(', ')}.`);
    }
    return [name, { files, fileFormat: format, baseDirectory: posix.join(folder, baseDirectory), discardPaths: false }];
  });
  const names = named.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Error(`${title}: reports: two are called ${JSON.stringify(twice)}: give one another name.`);
  }
  requireFew(title, names.length);
  return named;
}

/** @throws where a project could not hold so many */
export function requireFew(title: string, reports: number): void {
  if (reports > MAX_REPORTS) {
    throw new Error(`${title}: reports: ${reports} of them, and a CodeBuild project has at most ${MAX_REPORTS}: put files of one format together.`);
  }
}
