/** Legal inputs of every operation. Pure. */
import { MODEL } from '../model.js'
import { ACCOUNT, REGION, type Input } from '../service.js'
import { CARRIERS, type Carrier } from './carriers.js'
import { textOf } from './limits.js'

/** Name that new resources get; `subject` is there. */
const NEW = 'new'
const SUBJECT = 'subject'

export function inputsOf(operation: string): Input[] {
  const { input = '' } = MODEL.operations[operation] ?? {}
  const [, verb = '', title = ''] = /^(Create|Update|Describe|Delete)(\w+)$/.exec(operation) ?? []
  const name = verb === 'Create' ? NEW : SUBJECT
  const own = `${title.charAt(0).toLowerCase()}${title.slice(1)}Name`
  const members = Object.keys(MODEL.shapes[input]?.members ?? {})
  return carriersOf(operation, title).map(({ parent, spec }) => {
    const given: Input = { ...ANY_INPUT, clientToken: textOf('clientToken', 36), spec, ...parent, [own]: name }
    return Object.fromEntries(members.map((member) => [member, given[member]]))
  })
}

/** Of operations without a spec the first place is as good as any. */
function carriersOf(operation: string, title: string): readonly Carrier[] {
  const carriers = CARRIERS[title] ?? CARRIERS[operation.replace(/^List(\w+)s$/, '$1')] ?? [{ spec: {} }]
  return /^(Create|Update)/.test(operation) ? carriers : carriers.slice(0, 1)
}

/** What inputs have beside their own names. */
const ANY_INPUT: Input = {
  limit: 1,
  meshName: 'm',
  meshOwner: ACCOUNT,
  nextToken: '',
  resourceArn: `arn:aws:appmesh:${REGION}:${ACCOUNT}:mesh/m`,
  tagKeys: ['a'],
  tags: [{ key: 'a', value: 'b' }],
}
