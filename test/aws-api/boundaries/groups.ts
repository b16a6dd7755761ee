/** Members of which exactly one must be there: none, and any two. Pure. */
import type { Input } from '../service.js'
import { ABSENT, type Place, type Places } from './places.js'
import type { Probe } from './probes.js'

/** No member, and two at once, each pair of values that are legal by themselves. */
export function groupProbes(shape: string, names: readonly string[], { value }: Place, places: Places): Probe[] {
  const bare = Object.fromEntries(names.map((name) => [name, ABSENT]))
  const good = (name: string) => places.get(`${shape}.${name}`)?.[0]?.value
  const pairs = names.flatMap((one, index) => names.slice(index + 1).map((other) => [one, other] as const))
  const none = names.length === 1 ? `must have the member ${names[0] ?? ''}` : `must have exactly one of`
  return [
    { name: 'no member', value: withMembers(value, bare), refusal: none },
    ...pairs.flatMap(([one, other]): Probe[] => {
      if (good(one) === undefined || good(other) === undefined) return []
      const both = { [one]: good(one), [other]: good(other) }
      return [
        {
          name: `${one} and ${other}`,
          value: withMembers(value, { ...bare, ...both }),
          refusal: 'must have exactly one of',
        },
      ]
    }),
  ]
}

function withMembers(value: unknown, members: Input): Input {
  const all = { ...(value as Input), ...members }
  return Object.fromEntries(Object.entries(all).filter(([, member]) => member !== ABSENT))
}
