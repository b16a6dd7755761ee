import assert from 'node:assert/strict'
import { checkAnswer } from './answers.js'

const MESH = {
  meshName: 'm',
  metadata: {
    arn: 'arn:aws:appmesh:us-west-2:123456789012:mesh/m',
    createdAt: 1649249150.072,
    lastUpdatedAt: 1649249150.072,
    meshOwner: '123456789012',
    resourceOwner: '123456789012',
    uid: '00000000-0000-4000-8000-000000000001',
    version: 1,
  },
  spec: { egressFilter: { type: 'ALLOW_ALL' } },
  status: { status: 'ACTIVE' },
}
const { uid, ...WITHOUT_UID } = MESH.metadata

/** `MESH` with some metadata changed. */
const meta = (changes: object) => ({ ...MESH, metadata: { ...MESH.metadata, ...changes } })

const SOUND = [
  { name: 'a resource', operation: 'CreateMesh', body: MESH },
  { name: 'whole seconds', operation: 'DescribeMesh', body: meta({ createdAt: 1649249150 }) },
  { name: 'a last state', operation: 'DeleteMesh', body: { ...MESH, status: { status: 'DELETED' } } },
  { name: 'an empty listing', operation: 'ListMeshes', body: { meshes: [] } },
  { name: 'nothing', operation: 'TagResource', body: {} },
]

const BROKEN = [
  { name: 'a wrapper', body: { mesh: MESH }, fault: /answer.mesh is not in the model/ },
  { name: 'a member too many', body: { ...MESH, tags: [] }, fault: /answer.tags is not in the model/ },
  { name: 'a member missing', body: { ...MESH, metadata: WITHOUT_UID }, fault: /metadata.uid is missing/ },
  {
    name: 'a member that is null',
    body: { ...MESH, spec: { egressFilter: null } },
    fault: /egressFilter is no object/,
  },
  { name: 'a status missing', body: { ...MESH, status: {} }, fault: /status.status is missing/ },
  { name: 'a last state', body: { ...MESH, status: { status: 'DELETED' } }, fault: /status is DELETED, not ACTIVE/ },
  { name: 'an unknown value', body: { ...MESH, spec: { egressFilter: { type: 'X' } } }, fault: /none of ALLOW_ALL/ },
  { name: 'milliseconds', body: meta({ createdAt: 1649249150072 }), fault: /createdAt is no timestamp/ },
  { name: 'a time as text', body: meta({ createdAt: '1649249150.072' }), fault: /createdAt is no timestamp/ },
  { name: 'too many digits', body: meta({ lastUpdatedAt: 1649249150.0721 }), fault: /lastUpdatedAt is no timestamp/ },
  { name: 'times in reverse', body: meta({ createdAt: 1649249151 }), fault: /updated before it was created/ },
  { name: 'version 0', body: meta({ version: 0 }), fault: /version has not the form/ },
  { name: 'a version as text', body: meta({ version: '1' }), fault: /version is no long/ },
  { name: 'a uid of any form', body: meta({ uid: `${uid}0` }), fault: /is no UUID/ },
  { name: 'an owner by name', body: meta({ meshOwner: 'AKIAEXAMPLE1' }), fault: /meshOwner has not the form/ },
  { name: "another resource's ARN", body: meta({ arn: `${MESH.metadata.arn}/virtualNode/n` }), fault: /not the ARN/ },
  { name: 'an ARN without mesh/', body: meta({ arn: 'arn:aws:appmesh:us-west-2:123456789012:m' }), fault: /arn has/ },
]

const FAILURES = [
  { name: 'an error that it may have', status: 404, body: { __type: 'NotFoundException', message: 'x' }, fault: null },
  {
    name: 'an error of others',
    status: 409,
    body: { __type: 'ConflictException', message: 'x' },
    fault: /has no error/,
  },
  { name: 'another status', status: 400, body: { __type: 'NotFoundException', message: 'x' }, fault: /the status 400/ },
  { name: 'no text', status: 404, body: { __type: 'NotFoundException', message: '' }, fault: /no message/ },
  { name: 'more', status: 404, body: { __type: 'NotFoundException', message: 'x', at: 1 }, fault: /members: at/ },
]

describe('the check of answers', () => {
  for (const { name, operation, body } of SOUND) {
    it(`takes ${name}`, () => assert.deepEqual(checkAnswer(operation, 200, body), []))
  }
  for (const { name, body, fault } of BROKEN) {
    it(`finds ${name}`, () => assert.match(checkAnswer('DescribeMesh', 200, body).join('; '), fault))
  }
  for (const { name, status, body, fault } of FAILURES) {
    it(`${fault ? 'finds' : 'takes'} a refusal with ${name}`, () =>
      assert.match(checkAnswer('DescribeMesh', status, body).join('; '), fault ?? /^$/))
  }
})
