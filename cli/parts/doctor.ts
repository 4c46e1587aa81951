/** What looks at accounts, with the SDK's clients for what is looked at: a bundle of its own. */
export { doctor } from '../commands/doctor';
