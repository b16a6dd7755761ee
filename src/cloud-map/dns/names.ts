/** Names of DNS as text, without the final dot (RFC 1035 section 2.3.4). */

/** Characters of a whole name. */
const LONGEST = 253
const LONGEST_LABEL = 63

/** True when `text` can be written into a DNS message: Cloud Map takes more than that for ids of instances and for CNAMEs. */
export function isDnsName(text: string): boolean {
  if (text.length === 0 || text.length > LONGEST || !/^[!-~]+$/.test(text)) return false
  return text.split('.').every((label) => label.length > 0 && label.length <= LONGEST_LABEL)
}

/** As names are compared: without regard to case, and without a final dot. */
export function canonicalName(text: string): string {
  return text.replace(/\.$/, '').toLowerCase()
}

/** `name` without `suffix`: '' when they are the same, undefined when the name is not below it. Both canonical. */
export function relativeName(name: string, suffix: string): string | undefined {
  if (name === suffix) return ''
  return name.endsWith(`.${suffix}`) ? name.slice(0, -suffix.length - 1) : undefined
}
