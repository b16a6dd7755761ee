/** Which errors mean that the database is away, and which only sound so. */
import assert from 'node:assert/strict'
import { CloudMapError } from '../../src/model/cloud-map/errors.js'
import { ApiError } from '../../src/model/errors.js'
import { explainPostgresError } from '../../src/store/postgres-error.js'

describe('explainPostgresError', () => {
  const CASES: { name: string; given: Error; expect: RegExp | undefined }[] = [
    { name: 'a lost connection', given: new Error('Connection terminated unexpectedly'), expect: /connection is lost/ },
    { name: 'a pool that waits', given: new Error('timeout exceeded when trying to connect'), expect: /not answer/ },
    { name: 'a password', given: new Error('SASL: client password must be a string'), expect: /let this user in/ },
    {
      name: 'a resource that is called like a fault',
      given: new ApiError('NotFoundException', 'VirtualNode with name kafka-SASL is not present'),
      expect: undefined,
    },
    {
      name: 'an instance that is called like a fault',
      given: new CloudMapError('InstanceNotFound', 'There is no instance SCRAM'),
      expect: undefined,
    },
  ]
  for (const { name, given, expect } of CASES)
    it(name, () => {
      const explained = explainPostgresError(given)
      if (expect) assert.match(explained?.message ?? '', expect)
      else assert.equal(explained, undefined)
    })
})
