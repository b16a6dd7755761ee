/** How often `find` stands in `text`, whatever its case; 0 for nothing to find. */
export function countMatches(text: string, find: string): number {
  return find === '' ? 0 : text.toLowerCase().split(find.toLowerCase()).length - 1
}
