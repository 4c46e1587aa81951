import { styleText } from 'node:util';

/** Text in a colour, where colours are shown. */
export function paint(colour: Parameters<typeof styleText>[0], text: string, colours: boolean): string {
  return colours ? styleText(colour, text) : text;
}
