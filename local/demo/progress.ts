import { Execution } from '../engine/pipeline/execution';

const INTERVAL = 200;

/** Shows on standard error what executions are doing, until it is told to stop. */
export async function showProgress(current: () => Execution | undefined): Promise<() => void> {
  const { default: createSpinner } = await import('yocto-spinner');
  const spinner = createSpinner({ stream: process.stderr, text: 'waiting for the diff function' }).start();
  let last = '';
  const timer = setInterval(() => {
    const execution = current();
    const text = execution ? describe(execution) : 'waiting for the diff function';
    if (text !== last) {
      last = text;
      spinner.text = text;
    }
  }, INTERVAL);
  return () => {
    clearInterval(timer);
    spinner.stop();
  };
}

function describe(execution: Execution): string {
  const runs = execution.latestRuns(execution.stage);
  const busy = runs.filter(({ status }) => status === 'InProgress').map(({ action }) => action);
  const done = runs.length - busy.length;
  return `${execution.stage ?? 'starting'}: ${done} done${busy.length > 0 ? `, ${busy.join(', ')} under way` : ''}`;
}
