import assert from 'node:assert/strict'
import fc from 'fast-check'
import { formatArn, formatResourcePath, parseArn, partitionOf } from '../../src/model/arn.js'
import { KINDS, type ResourceRef } from '../../src/model/resource.js'
import { OWNER, refOf } from './sample.js'

const scope = { region: 'eu-west-1', account: '210987654321' }
const HEAD = 'arn:aws:appmesh:eu-west-1:210987654321:'

describe('ARNs', () => {
  const forms: { ref: ResourceRef; expect: string }[] = [
    { ref: { kind: 'mesh', meshOwner: OWNER, meshName: 'm', name: 'm' }, expect: 'mesh/m' },
    { ref: refOf('virtualNode', 'n'), expect: 'mesh/m/virtualNode/n' },
    { ref: refOf('virtualRouter', 'r'), expect: 'mesh/m/virtualRouter/r' },
    { ref: refOf('route', 'x', 'r'), expect: 'mesh/m/virtualRouter/r/route/x' },
    { ref: refOf('virtualService', 's.local'), expect: 'mesh/m/virtualService/s.local' },
    { ref: refOf('virtualGateway', 'g'), expect: 'mesh/m/virtualGateway/g' },
    { ref: refOf('gatewayRoute', 'x', 'g'), expect: 'mesh/m/virtualGateway/g/gatewayRoute/x' },
  ]
  for (const { ref, expect } of forms) {
    it(`of a ${ref.kind} are written and read`, () => {
      assert.equal(formatResourcePath(ref), expect)
      assert.equal(formatArn(ref, scope), HEAD + expect)
      assert.deepEqual({ meshOwner: OWNER, ...parseArn(HEAD + expect) }, { partition: 'aws', ...scope, ...ref })
    })
  }

  const regions = [
    { region: 'us-east-1', expect: 'aws' },
    { region: 'cn-north-1', expect: 'aws-cn' },
    { region: 'us-gov-west-1', expect: 'aws-us-gov' },
  ]
  for (const { region, expect } of regions) {
    it(`of ${region} are in partition ${expect}`, () => {
      assert.equal(partitionOf(region), expect)
      assert.equal(formatArn(refOf('virtualNode', 'n'), { region, account: OWNER }).split(':')[1], expect)
      assert.equal(parseArn(`arn:${expect}:appmesh:${region}:${OWNER}:mesh/m`)?.region, region)
    })
  }

  it('keep any name that does not make them ambiguous', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((text) => !text.includes('/'))
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), name, name, name, (kind, meshName, parentName, ownName) => {
        const nested = kind === 'route' || kind === 'gatewayRoute'
        const place = { kind, meshName, ...(nested ? { parentName } : {}), name: kind === 'mesh' ? meshName : ownName }
        const arn = formatArn({ ...place, meshOwner: OWNER }, scope)
        assert.deepEqual(parseArn(arn), { partition: 'aws', ...scope, ...place })
      }),
    )
  })

  it('may have slashes and line breaks in the last name', () => {
    assert.equal(parseArn(`${HEAD}mesh/m/virtualNode/a/b\nc`)?.name, 'a/b\nc')
  })

  const garbage = [
    '',
    'mesh/m',
    'arn:aws:appmesh:eu-west-1:210987654321:',
    'arn:aws:appmesh:eu-west-1:210987654321:mesh',
    'arn:aws:appmesh:eu-west-1:210987654321:mesh/',
    'arn:aws:appmesh:eu-west-1:210987654321:mesh/m/',
    'arn:aws:appmesh:eu-west-1:210987654321:mesh/m/virtualNode',
    'arn:aws:appmesh:eu-west-1:210987654321:mesh/m/virtualNode/',
    'arn:aws:appmesh:eu-west-1:210987654321:mesh/m/virtualnode/n',
    'arn:aws:appmesh:eu-west-1:210987654321:mesh//virtualNode/n',
    'arn:aws:appmesh:eu-west-1:210987654321:virtualNode/n',
    'arn:aws:appmesh:eu-west-1:21098765432:mesh/m',
    'arn:aws:appmesh:eu-west-1:2109876543210:mesh/m',
    'arn:aws:appmesh::210987654321:mesh/m',
    'arn:aws:appmesh:eu west:210987654321:mesh/m',
    'arn:aws:ecs:eu-west-1:210987654321:mesh/m',
    'arn:aws-cn:appmesh:eu-west-1:210987654321:mesh/m',
    'arn:aws:appmesh:cn-north-1:210987654321:mesh/m',
    'ARN:aws:appmesh:eu-west-1:210987654321:mesh/m',
    ' arn:aws:appmesh:eu-west-1:210987654321:mesh/m',
  ]
  for (const text of garbage) {
    it(`are not ${JSON.stringify(text)}`, () => assert.equal(parseArn(text), undefined))
  }
})
