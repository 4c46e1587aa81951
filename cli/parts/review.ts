/** What judges change sets, with what is known of resource types: a bundle of its own. */
export { review } from '../commands/review';
