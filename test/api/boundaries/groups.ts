/** Members of which exactly one must be there: none, and any two. Pure. */
import { MODEL } from '../model.js'
import type { Input } from '../service.js'
import type { Place, Places } from './places.js'
import { ABSENT, type Probe } from './probes.js'

/** Not unions in the model, but exactly one all the same, by rule (app-mesh-api.md sections 7.5 and 7.6). */
const BY_RULE: Readonly<Record<string, readonly string[]>> = {
  GatewayRouteHostnameMatch: ['exact', 'suffix'],
  GatewayRouteSpec: ['grpcRoute', 'http2Route', 'httpRoute'],
  HttpGatewayRoutePrefixRewrite: ['defaultPrefix', 'value'],
  HttpPathMatch: ['exact', 'regex'],
  RouteSpec: ['grpcRoute', 'http2Route', 'httpRoute', 'tcpRoute'],
}

/** The members of a shape of which exactly one must be there; none where the shape is no such. */
export function groupOf(shape: string): readonly string[] {
  const { union, members } = MODEL.shapes[shape] ?? { members: {} }
  return union ? Object.keys(members) : (BY_RULE[shape] ?? [])
}

/** No member, and two at once, each pair of values that are legal by themselves. */
export function groupProbes(shape: string, { value }: Place, places: Places): Probe[] {
  const names = groupOf(shape)
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
