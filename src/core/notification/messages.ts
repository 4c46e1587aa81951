import { Notification } from './notification';
import { cut } from './text';

/** An e-mail's subject, as SNS takes it: printable ASCII in one line. */
const MAX_SUBJECT = 99;

export function emailSubject(title: string): string {
  return title.replaceAll('→', '->').replace(/[^\x20-\x7e]+/g, ' ').slice(0, MAX_SUBJECT);
}

export function emailMessage({ title, lines, link }: Notification): { readonly subject: string; readonly text: string } {
  return {
    subject: emailSubject(title),
    text: [title, '', ...lines, ...(link === undefined ? [] : ['', link]), ''].join('\n'),
  };
}

/** Amazon Q takes 8,000 characters, and a title of 250. */
const MAX_CHAT_TEXT = 6_000;
const MAX_CHAT_TITLE = 250;

/** A custom notification of Amazon Q in chat applications: Slack, Microsoft Teams. Those of one execution are in one thread. */
export function chatMessage({ title, lines, link, thread, event }: Notification): object {
  return {
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: cut(title, MAX_CHAT_TITLE),
      description: cut([...lines.map(plain), ...(link === undefined ? [] : [link])].join('\n'), MAX_CHAT_TEXT),
    },
    metadata: { threadId: thread, summary: cut(title, MAX_CHAT_TITLE), eventType: event },
  };
}

/** Slack's blocks hold 3,000 characters each. */
const MAX_SLACK_TEXT = 2_800;

/** A message for an incoming webhook of Slack. */
export function slackMessage({ title, lines, link, thread }: Notification): object {
  const text = (value: string) => cut(escapeSlack(value), MAX_SLACK_TEXT);
  const section = (value: string) => ({ type: 'section', text: { type: 'mrkdwn', text: value } });
  return {
    text: text(title),
    blocks: [
      section(`*${text(title)}*`),
      ...(lines.length === 0 ? [] : [section(text(lines.map(plain).join('\n')))]),
      ...(link === undefined ? [] : [section(`<${link}|Details>`)]),
      { type: 'context', elements: [{ type: 'mrkdwn', text: `execution ${escapeSlack(thread)}` }] },
    ],
    // Paths and messages of commits name no address to look at.
    unfurl_links: false,
    unfurl_media: false,
  };
}

/** What means something to Slack: nothing of a repository mentions people or channels. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Without what would start a list, a quotation or emphasis in a chat. */
function plain(line: string): string {
  return line.replace(/[*_~`]/g, (sign) => `${sign}\u200b`);
}
