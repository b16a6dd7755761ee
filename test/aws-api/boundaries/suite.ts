/** Every limit of a model, at its edges, for every member of every operation's input, against the service. */
import assert from 'node:assert/strict'
import { reachableMembers, type Member } from '../model.js'
import type { ApiService, Input } from '../service.js'
import { groupProbes } from './groups.js'
import { ABSENT, findPlaces, formatPath, type Place, type Places } from './places.js'
import { itemProbes, probesOf, type Probe } from './probes.js'
import type { BodyOf, Subject } from './subject.js'

/** Declares the tests of `subject`. */
export function describeBoundaries<Service extends ApiService<object>>(subject: Subject<Service>): void {
  const { model } = subject
  const operations = Object.keys(model.operations)
  const placesOf = (operation: string) => findPlaces(model, operation, subject.inputsOf(operation))
  let service: Service
  before(async () => (service = await subject.open()))
  after(() => service.close())

  for (const operation of operations) {
    const places = placesOf(operation)
    const shapes = new Set([...places.keys()].map((key) => key.replace(/\..*/, '')))
    describe(operation, () => {
      for (const shape of shapes)
        it(shape, async () => {
          const faults: string[] = []
          for (const { key, probe } of listProbes(subject, operation, shape, places)) {
            const fault = await tryProbe(subject, service, operation, { key, probe, places: places.get(key) ?? [] })
            if (fault !== undefined) faults.push(`${key}, ${probe.name}: ${fault}`)
          }
          assert.deepEqual(faults, [])
        })
    })
  }

  it('are tried for every member that an input can have', () => {
    const found = new Set(operations.flatMap((operation) => [...placesOf(operation).keys()]))
    const inputs = Object.values(model.operations).map(({ input }) => input)
    const missing = [...reachableMembers(model, inputs).keys()].filter((key) => !found.has(key))
    assert.deepEqual(missing, [])
  })
}

interface Trial {
  readonly key: string
  readonly probe: Probe
}

function listProbes<Service extends ApiService<object>>(
  subject: Subject<Service>,
  operation: string,
  shape: string,
  places: Places,
): Trial[] {
  const { union, members = {} } = subject.model.shapes[shape] ?? {}
  const group = union ? Object.keys(members) : (subject.unions[shape] ?? [])
  const [first] = places.get(shape) ?? []
  const ofGroup = first && group.length > 0 ? groupProbes(shape, group, first, places) : []
  const own = first ? [...ofGroup, unknownMember(first)].map((probe) => ({ key: shape, probe })) : []
  const ofMembers = Object.entries(members).flatMap(([name, member]) =>
    memberProbes(subject, operation, `${shape}.${name}`, member, places).filter(
      ({ key, probe }) => !(group.includes(name) && key === `${shape}.${name}` && isAbsent(probe.value)),
    ),
  )
  return [...own, ...ofMembers]
}

function memberProbes<Service extends ApiService<object>>(
  { limits, canBeSent }: Subject<Service>,
  operation: string,
  key: string,
  member: Member,
  places: Places,
): Trial[] {
  const [place] = places.get(key) ?? []
  if (!place) return []
  const ofMember = probesOf(limits, key, member, place.value).map((probe) => ({ key, probe }))
  const items = `${key}[]`
  const ofItems = member.items ? itemProbes(limits, items, member.items).map((probe) => ({ key: items, probe })) : []
  return [...ofMember, ...ofItems].filter(({ probe }) => canBeSent(operation, place, probe, member))
}

export function isAbsent(value: unknown): boolean {
  return value === ABSENT || value === null
}

function unknownMember({ value }: Place): Probe {
  return { name: 'an unknown member', value: { ...(value as Input), unknownMember: { a: [1] } } }
}

/** A value that must be refused is tried in one place, one that must be taken in all until one takes it. */
async function tryProbe<Service extends ApiService<object>>(
  subject: Subject<Service>,
  service: Service,
  operation: string,
  { key, probe, places }: Trial & { readonly places: readonly Place[] },
): Promise<string | undefined> {
  const tried = probe.refusal === undefined ? places : places.slice(0, 1)
  const faults: string[] = []
  for (const place of tried) {
    const fault = await tryPlace(subject, service, operation, { key, probe, place })
    if (fault === undefined) return undefined
    faults.push(fault)
  }
  return faults.join('; ') || 'there is no place for it'
}

async function tryPlace<Service extends ApiService<object>>(
  subject: Subject<Service>,
  service: Service,
  operation: string,
  { key, probe, place }: Trial & { readonly place: Place },
): Promise<string | undefined> {
  const input = subject.buildInput(key, probe, place)
  await subject.prepare(service, operation, place)
  const answer = await service.call(operation, input)
  await subject.cleanUp(service, operation, answer)
  const { message = '', Message = message } = answer.body as { readonly message?: string; readonly Message?: string }
  const told = `answered ${answer.status} ${answer.code ?? ''} ${Message}`
  const { refusal, code = subject.refusal } = probe
  if (refusal !== undefined) {
    const said =
      typeof refusal === 'string' ? Message.includes(`${formatPath(place.path)} ${refusal}`) : refusal.test(Message)
    return answer.code === code && said ? undefined : told
  }
  const exception = subject.exceptionFor(operation, key, place, probe.value)
  if (answer.code !== exception) return told
  return exception === undefined
    ? subject.faultOf(service, operation, input, answer.body as BodyOf<Service>)
    : undefined
}
