/** Times, in the reader's own zone and language. */

const FORMAT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

/** `time` is an ISO 8601 text or milliseconds since the epoch. */
export function Time({ time }: { readonly time: string | number }) {
  const date = new Date(time)
  return <time dateTime={date.toISOString()}>{FORMAT.format(date)}</time>
}
