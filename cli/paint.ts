import { styleText } from 'node:util';

/** Text in a colour, where colours are shown. */
export function paint(colour: Parameters<typeof styleText>[0], text: string, colours: boolean): string {
  // Whether the terminal shows colours is decided already; Node.js would look at standard output again.
  return colours ? styleText(colour, text, { validateStream: false }) : text;
}
