/** Text forms of IP addresses. Envoy refuses a whole response for one address that is none. */

const IPV4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/

/** Four decimal numbers, none with a superfluous zero in front. */
export function isIpv4(text: string): boolean {
  return IPV4.test(text) && !/(^|\.)0\d/.test(text)
}

/** Groups of hexadecimal digits, at most one run of them left out, an IPv4 address at the end or not; no zone, no brackets. */
export function isIpv6(text: string): boolean {
  const [, head = text, tail] = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text) ?? []
  if (tail !== undefined && !isIpv4(tail)) return false
  const groups = tail === undefined ? head : `${head}0:0`
  const halves = groups.split('::')
  if (halves.length > 2) return false
  const written = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  if (!written.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false
  return halves.length === 2 ? written.length < 8 : written.length === 8
}
