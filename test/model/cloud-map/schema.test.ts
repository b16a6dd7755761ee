/** Every shape and member that an input of Cloud Map can have is there with the model's constraint, and no other. */
import assert from 'node:assert/strict'
import * as requests from '../../../src/model/cloud-map/requests.js'
import { actualSchema, expectedSchema, type Schema } from '../../aws-api/schemas.js'
import { MODEL } from '../../cloud-map/model.js'

/** The inputs, and every shape in them, by its name. */
function collectShapes(): Map<string, Schema> {
  const found = new Map<string, Schema>()
  const visit = (schema: Partial<Schema> | undefined): void => {
    if (!schema || typeof schema !== 'object') return
    if (schema.title !== undefined) found.set(schema.title, schema as Schema)
    for (const inside of [...Object.values(schema.properties ?? {}), schema.items]) visit(inside)
  }
  for (const { input } of Object.values(MODEL.operations)) visit((requests as unknown as Record<string, Schema>)[input])
  return found
}

describe('the shapes of the inputs of Cloud Map', () => {
  const ours = collectShapes()

  it('are those of all operations', () => {
    const inputs = Object.values(MODEL.operations).map(({ input }) => input)
    assert.deepEqual(
      inputs.filter((input) => !ours.has(input)),
      [],
    )
    assert.ok(ours.size > 45, `${ours.size}`)
  })

  for (const [name, schema] of ours) {
    it(`${name} has the members, requirements and constraints of the model`, () => {
      const { members = {} } = MODEL.shapes[name] ?? {}
      assert.deepEqual(Object.keys(schema.properties).sort(), Object.keys(members).sort())
      const required = Object.keys(members).filter((member) => members[member]?.required)
      assert.deepEqual([...(schema.required ?? [])].sort(), required.sort())
      for (const [member, constraint] of Object.entries(members))
        assert.deepEqual(actualSchema(schema.properties[member]!), expectedSchema(constraint), `${name}.${member}`)
    })
  }
})
