/** Every shape and member of the model is there with the model's constraint, and no other. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { isUnion } from '../../src/model/schema.js'
import { actualSchema, expectedSchema, type Schema } from '../aws-api/schemas.js'
import { MODEL } from '../api/model.js'

const { shapes } = MODEL

/** Where we say more than the model, and the section of app-mesh-api.md that says why. */
const SERVICE_NAME = { type: 'string', minLength: 1, maxLength: 255 } // section 4
const DEVIATIONS: Readonly<Record<string, object>> = {
  'CreateVirtualServiceInput.virtualServiceName': SERVICE_NAME,
  'UpdateVirtualServiceInput.virtualServiceName': SERVICE_NAME,
  'DescribeVirtualServiceInput.virtualServiceName': SERVICE_NAME,
  'DeleteVirtualServiceInput.virtualServiceName': SERVICE_NAME,
  'VirtualServiceData.virtualServiceName': SERVICE_NAME,
  'VirtualServiceRef.virtualServiceName': SERVICE_NAME,
}
/** Not unions in the model, but exactly one member all the same (sections 7.5 and 7.6). */
const OUR_UNIONS = ['HttpPathMatch', 'GatewayRouteHostnameMatch', 'HttpGatewayRoutePrefixRewrite']

/** Every schema with a title that the room exports, by its name. */
async function exportedShapes(): Promise<Map<string, Schema>> {
  const found = new Map<string, Schema>()
  const room = new URL('../../src/model/', import.meta.url)
  for (const file of readdirSync(room).filter((name) => name.endsWith('.ts'))) {
    const module = (await import(new URL(file, room).href)) as Record<string, Schema | undefined>
    for (const [name, value] of Object.entries(module)) {
      if (value?.title === undefined) continue
      assert.equal(value.title, name, `${file} exports ${value.title} under another name`)
      assert.ok(!found.has(name), `${name} is exported twice`)
      found.set(name, value)
    }
  }
  return found
}

describe('the shapes of the model', () => {
  let ours: Map<string, Schema>
  before(async () => {
    ours = await exportedShapes()
  })

  it('are all there and no other', () => {
    assert.deepEqual([...ours.keys()].sort(), Object.keys(shapes).sort())
    assert.ok(ours.size > 150)
  })

  for (const [name, shape] of Object.entries(shapes)) {
    it(`${name} has the members, requirements and constraints of the model`, () => {
      const schema = ours.get(name)!
      assert.deepEqual(Object.keys(schema.properties).sort(), Object.keys(shape.members).sort())
      const required = Object.entries(shape.members).flatMap(([member, { required }]) => (required ? [member] : []))
      assert.deepEqual([...(schema.required ?? [])].sort(), required.sort())
      for (const [member, constraint] of Object.entries(shape.members)) {
        const wanted = DEVIATIONS[`${name}.${member}`] ?? expectedSchema(constraint)
        assert.deepEqual(actualSchema(schema.properties[member]!), wanted, `${name}.${member}`)
      }
      assert.equal(isUnion(schema as never), shape.union === true || OUR_UNIONS.includes(name))
    })
  }
})
