/** Every member of the model has a field in the form of its kind, of a type that can hold it; and no field is about anything else. */
import assert from 'node:assert/strict'
import type { SchemaNode } from '../../src/console/data/draft.js'
import { below } from '../../src/console/data/draft.js'
import type { Field, KindForm } from '../../src/console/data/form/field.js'
import { KIND_FORMS } from '../../src/console/data/form/kind-forms.js'
import { KINDS } from '../../src/model/resource.js'

/** What requests have beside what somebody fills in. */
const NOT_ASKED = ['clientToken', 'meshOwner', 'meshName', 'virtualRouterName', 'virtualGatewayName']

type Leaves = Map<string, string>

describe('the forms of the console', () => {
  for (const kind of KINDS) {
    it(`have a field for every member of a ${kind}, and none besides`, () => {
      const form = KIND_FORMS[kind]
      const expected = leavesOf(form.create, '')
      for (const name of NOT_ASKED) if (name !== `${kind}Name`) expected.delete(name)
      assert.deepEqual(sorted(fieldLeaves(form)), sorted(expected))
    })

    it(`label every value that a ${kind} can have`, () => {
      const form = KIND_FORMS[kind]
      for (const [path, labels] of labelledValues(form)) {
        const schema = schemaOf(form.create, path)
        if (schema?.enum) assert.deepEqual(Object.keys(labels).sort(), [...schema.enum].sort(), path)
      }
    })
  }
})

/** The scalars in a schema: path (`[]` for items) → type. */
function leavesOf(schema: SchemaNode, path: string): Leaves {
  if (schema.items) return leavesOf(schema.items, `${path}[]`)
  if (!schema.properties) return new Map([[path, schema.enum ? 'enum' : (schema.type ?? '')]])
  return new Map(
    Object.entries(schema.properties).flatMap(([name, member]) => [...leavesOf(member, below(path, name))]),
  )
}

function fieldLeaves(form: KindForm): Leaves {
  return new Map(form.sections.flatMap(({ base, fields }) => fields.flatMap((field) => leavesOfField(field, base))))
}

function leavesOfField(field: Field, base: string): [string, string][] {
  const path = below(base, field.path)
  const inside = (fields: readonly Field[], at: string) => fields.flatMap((each) => leavesOfField(each, at))
  switch (field.type) {
    case 'text':
      return [[path, 'string']]
    case 'number':
      return [[path, 'integer']]
    case 'flag':
      return [[path, 'boolean']]
    case 'choice':
      return [[path, 'enum']]
    case 'duration':
      return [
        [`${path}.unit`, 'enum'],
        [`${path}.value`, 'integer'],
      ]
    case 'choices':
    case 'values':
      return [[`${path}[]`, 'list']]
    case 'rows':
      return inside(field.fields, `${path}[]`)
    case 'group':
      return inside(field.fields, path)
    case 'byProtocol':
      return Object.entries(field.options).flatMap(([protocol, fields]) => inside(fields, below(path, protocol)))
    case 'member':
      return field.options.flatMap(({ member, fields }) => inside(fields, below(path, member)))
  }
}

/** Items of lists of scalars may be of any type. */
function sorted(leaves: Leaves): string[] {
  return [...leaves].map(([path, type]) => (path.endsWith('[]') ? path : `${path}: ${type}`)).sort()
}

function labelledValues(form: KindForm): [string, Readonly<Record<string, string>>][] {
  const walk = (field: Field, base: string): [string, Readonly<Record<string, string>>][] => {
    const path = below(base, field.path)
    if (field.type === 'choice') return [[path, field.labels]]
    if (field.type === 'choices') return [[`${path}[]`, field.labels]]
    if (field.type === 'rows') return field.fields.flatMap((each) => walk(each, `${path}[]`))
    if (field.type === 'group') return field.fields.flatMap((each) => walk(each, path))
    if (field.type === 'member')
      return field.options.flatMap(({ member, fields }) => fields.flatMap((each) => walk(each, below(path, member))))
    return []
  }
  return form.sections.flatMap(({ base, fields }) => fields.flatMap((field) => walk(field, base)))
}

function schemaOf(schema: SchemaNode, path: string): SchemaNode | undefined {
  let node: SchemaNode | undefined = schema
  for (const step of path.match(/\[\]|[^.[\]]+/g) ?? []) node = step === '[]' ? node?.items : node?.properties?.[step]
  return node
}
