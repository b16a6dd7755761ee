/** Points in time for people, in their own zone. */

const FORMAT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' })

/** @param time ISO 8601 */
export function formatTime(time: string): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? time : FORMAT.format(date)
}
