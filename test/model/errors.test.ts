import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import {
  ApiError,
  ERRORS,
  alreadyExists,
  arnNotFound,
  badRequest,
  forbidden,
  limitExceeded,
  notFound,
  resourceInUse,
  tokenReused,
  tooManyTags,
} from '../../src/model/errors.js'
import { formatProblem, formatProblems } from '../../src/model/problem.js'
import { OWNER, refOf } from './sample.js'

const fixture = new URL('../fixtures/app-mesh-model.json', import.meta.url)
const { errors } = JSON.parse(readFileSync(fixture, 'utf8')) as { readonly errors: object }

describe('the table of errors', () => {
  it("is the model's, and the front end's own", () => {
    const { UnknownOperationException, ...modelled } = ERRORS
    assert.deepEqual(modelled, errors)
    assert.equal(UnknownOperationException.status, 404)
  })
})

describe('errors of the API', () => {
  const meshRef = { kind: 'mesh', meshOwner: OWNER, meshName: 'm', name: 'm' } as const
  const cases = [
    {
      given: notFound(refOf('virtualNode', 'n')),
      expect: [
        404,
        'NotFoundException',
        'VirtualNode with name n is not present under mesh m for account 123456789012',
      ],
    },
    {
      given: notFound(meshRef),
      expect: [404, 'NotFoundException', 'Mesh with name m is not present for account 123456789012'],
    },
    {
      given: notFound(refOf('route', 'x', 'r')),
      expect: [
        404,
        'NotFoundException',
        'Route with name x is not present under virtual router r under mesh m for account 123456789012',
      ],
    },
    {
      given: notFound(refOf('gatewayRoute', 'x', 'g')),
      expect: [
        404,
        'NotFoundException',
        'GatewayRoute with name x is not present under virtual gateway g under mesh m for account 123456789012',
      ],
    },
    { given: arnNotFound('arn:x'), expect: [404, 'NotFoundException', 'No resource with ARN arn:x is present'] },
    {
      given: alreadyExists(refOf('virtualService', 's')),
      expect: [
        409,
        'ConflictException',
        'VirtualService with name s already exists under mesh m for account 123456789012',
      ],
    },
    {
      given: tokenReused('t'),
      expect: [409, 'ConflictException', 'clientToken t was already used for a request with other content'],
    },
    { given: resourceInUse('because'), expect: [409, 'ResourceInUseException', 'because'] },
    {
      given: limitExceeded('backends per virtual node', 50),
      expect: [400, 'LimitExceededException', 'The limit of 50 backends per virtual node is reached'],
    },
    { given: tooManyTags(50), expect: [400, 'TooManyTagsException', 'A resource can have at most 50 tags'] },
    {
      given: forbidden(refOf('virtualNode', 'n'), 'updated', 'another account owns it'),
      expect: [403, 'ForbiddenException', 'VirtualNode with name n cannot be updated: another account owns it'],
    },
    {
      given: badRequest([{ path: 'spec', message: 'is required' }]),
      expect: [400, 'BadRequestException', 'spec is required'],
    },
  ]
  for (const { given, expect } of cases) {
    it(String(expect[2]), () => {
      assert.ok(given instanceof ApiError)
      assert.deepEqual([given.status, given.code, given.message], expect)
    })
  }

  it('keep their cause', () => {
    const cause = new Error('disk')
    assert.equal(new ApiError('ServiceUnavailableException', 'away', { cause }).cause, cause)
  })
})

describe('problems', () => {
  it('go on from their path unless they are a sentence of their own', () => {
    assert.equal(formatProblem({ path: 'a.b', message: 'must be x' }), 'a.b must be x')
    assert.equal(formatProblem({ path: 'a.b', message: 'Route must be x' }), 'Route must be x')
    assert.equal(formatProblem({ path: '', message: 'must be an object' }), 'must be an object')
  })

  it('are listed up to a limit', () => {
    const problems = ['a', 'b', 'c'].map((path) => ({ path, message: 'is required' }))
    assert.equal(formatProblems(problems, 3), 'a is required; b is required; c is required')
    assert.equal(formatProblems(problems, 2), 'a is required; b is required; and more')
  })
})
