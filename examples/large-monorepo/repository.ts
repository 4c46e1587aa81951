import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A Git repository with the content of the example's 200 components. */
export class ExampleRepository {
  constructor(public readonly directory: string, { libraries = 49, services = 150, branch = 'work' } = {}) {
    this.git('init', '--quiet', '--initial-branch', branch);
    const number = (index: number) => String(index).padStart(3, '0');
    for (let index = 0; index < libraries; index++) {
      this.write(`libraries/lib-${number(index)}/library.txt`, `library ${index}\n`);
    }
    for (let index = 0; index < services; index++) {
      this.write(`services/service-${number(index)}/index.js`, `exports.handler = async () => ${index};\n`);
    }
    this.write('template.yml', 'Resources:\n  Marker:\n    Type: AWS::CloudFormation::WaitConditionHandle\n');
    this.write('README.md', '# Monorepo\n');
  }

  public append(path: string, text: string): void {
    appendFileSync(join(this.directory, path), text);
  }

  /** @returns the commit's ID */
  public commit(message: string): string {
    this.git('add', '--all');
    this.git('-c', 'user.name=example', '-c', 'user.email=example@example.com', 'commit', '--quiet', '--message', message);
    return this.git('rev-parse', 'HEAD').trim();
  }

  private write(path: string, text: string): void {
    mkdirSync(dirname(join(this.directory, path)), { recursive: true });
    writeFileSync(join(this.directory, path), text);
  }

  private git(...args: string[]): string {
    return execFileSync('git', ['-C', this.directory, ...args], { encoding: 'utf8' });
  }
}

if (require.main === module) {
  const [directory] = process.argv.slice(2);
  if (directory === undefined) {
    throw new Error('Say where the repository goes: npx tsx repository.ts FOLDER.');
  }
  mkdirSync(directory, { recursive: true });
  console.log(`${directory}: ${new ExampleRepository(directory, { branch: 'main' }).commit('Everything')}`);
}
