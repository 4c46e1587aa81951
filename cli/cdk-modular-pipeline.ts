import { main } from './main';

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

void main(process.argv.slice(2), {
  out: (text) => { process.stdout.write(text); },
  err: (text) => { process.stderr.write(text); },
  readInput: async () => (await import('node:stream/consumers')).buffer(process.stdin),
  ...(process.stdin.isTTY && { ask }),
  // Node.js's own judgement, which heeds NO_COLOR.
  colours: process.stdout.isTTY && process.stdout.hasColors(),
  environment: process.env,
}).then((code) => {
  process.exitCode = code;
});

async function ask(question: string, suggestion: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question(`${question} [${suggestion}]: `)).trim() || suggestion;
  } finally {
    lines.close();
  }
}
