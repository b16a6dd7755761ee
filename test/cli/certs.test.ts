/** `meshkeeper certs` from the command line, on files. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { X509Certificate } from 'node:crypto'
import { certsCommand } from '../../src/cli/certs.js'
import { CommandError } from '../../src/cli/command-error.js'
import { runProgram } from '../../src/cli/program.js'
import { AUTHORITY_ARN, CERTIFICATE_ARN, makeAuthority, makeLeaf } from '../certs/material.js'

const parent = mkdtempSync(join(tmpdir(), 'meshkeeper-cli-certs-'))
after(() => rmSync(parent, { recursive: true }))
const certs = join(parent, 'certs')
const at = (name: string): string => join(parent, name)

async function run(...args: string[]) {
  let [out, err] = ['', '']
  const io = {
    environment: { MESHKEEPER_CERTS: certs, MESHKEEPER_REGION: 'eu-west-1', MESHKEEPER_ACCOUNT: '123456789012' },
    stdout: (text: string) => void (out += text),
    stderr: (text: string) => void (err += text),
  }
  const code = await runProgram(['certs', ...args], {
    ...{ version: '0', commands: [certsCommand(io)], stdout: io.stdout, stderr: io.stderr },
    explain: (error) => (error instanceof CommandError ? { text: error.message, code: 1 } : undefined),
  })
  return { code, out, err }
}

describe('meshkeeper certs', () => {
  before(async () => {
    const ca = await makeAuthority()
    const leaf = await makeLeaf(ca, 'a.local')
    writeFileSync(at('leaf.pem'), leaf.leaf)
    writeFileSync(at('ca.pem'), String(ca.certificate))
    writeFileSync(at('key.pem'), leaf.key)
  })

  it('imports, lists and removes', async () => {
    const files = ['--certificate', at('leaf.pem'), '--chain', at('ca.pem'), '--private-key', at('key.pem')]
    assert.equal((await run('import', '--arn', CERTIFICATE_ARN, ...files)).code, 0)
    assert.equal((await run('import', '--arn', AUTHORITY_ARN, '--certificate', at('ca.pem'))).code, 0)
    const { out } = await run('list')
    assert.match(out, /^ARN +SUBJECT +EXPIRES +CERTIFICATES +STATE\n/)
    assert.match(out, /certificate\/one +CN=a\.local +\d{4}-\d\d-\d\d +2 +ok/)
    const list = JSON.parse((await run('list', '-o', 'json')).out) as { arn: string; names?: string }[]
    assert.deepEqual(
      list.map(({ arn, names }) => [arn, names]),
      [
        [AUTHORITY_ARN, undefined],
        [CERTIFICATE_ARN, 'DNS:a.local'],
      ],
    )
    assert.equal((await run('remove', '--arn', CERTIFICATE_ARN)).code, 0)
    assert.equal((await run('remove', '--arn', CERTIFICATE_ARN)).code, 1)
    assert.doesNotMatch((await run('list')).out, /certificate\/one/)
  })

  const REFUSED: { name: string; args: string[]; code: number; expect: RegExp }[] = [
    { name: 'no ARN', args: ['import', '--certificate', 'x'], code: 2, expect: /required option '--arn/ },
    { name: 'another ARN', args: ['import', '--arn', 'x', '--certificate', 'x'], code: 1, expect: /"x" names no cert/ },
    {
      name: 'a file that is not there',
      args: ['import', '--arn', CERTIFICATE_ARN, '--certificate', at('none.pem')],
      code: 1,
      expect: /^error: cannot read .*none\.pem: there is no such file\n$/,
    },
    { name: 'nobody to issue for', args: ['issue'], code: 1, expect: /--name NAME or --node NODE/ },
    { name: 'no authority', args: ['issue', '--name', 'a', '--ca', at('no')], code: 1, expect: /certs create-ca/ },
    {
      name: 'no place for a client',
      args: ['issue', '--node', 'mesh/m/virtualNode/a'],
      code: 1,
      expect: /--output DIR/,
    },
    { name: 'a node that is none', args: ['issue', '--node', 'x', '-o', at('x')], code: 1, expect: /does not name/ },
    { name: 'a bad number of days', args: ['create-ca', '--days', '0'], code: 2, expect: /number of days/ },
    {
      name: 'another kind of ARN',
      args: ['create-ca', '--arn', CERTIFICATE_ARN],
      code: 1,
      expect: /not the ARN of an ACM Private/,
    },
  ]
  for (const { name, args, code, expect } of REFUSED)
    it(`says what is wrong with ${name}`, async () => {
      const result = await run(...args)
      assert.match(result.err, expect)
      assert.equal(result.code, code)
    })

  it('makes an authority, once, and certificates of it', async () => {
    const ca = at('authority')
    const made = await run('create-ca', '--ca', ca, '--name', 'ours')
    assert.match(made.out, /^arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority\/[0-9a-f-]{36}\n/)
    assert.equal(statSync(join(ca, 'ca-key.pem')).mode & 0o777, 0o600)
    assert.match((await run('create-ca', '--ca', ca)).err, /is there already: an authority is not overwritten/)
    const issued = await run('issue', '--ca', ca, '--name', 'a.local', '--name', '10.0.0.1', '--days', '90')
    assert.match(issued.out, /^arn:aws:acm:eu-west-1:123456789012:certificate\/[0-9a-f-]{36}\n/)
    const list = (await run('list')).out
    assert.match(list, /CN=ours .* 1 +ok/)
    assert.match(list, /CN=a\.local .* 2 +ok/)
    await run('issue', '--ca', ca, '--node', 'mesh/m/virtualNode/a b', '-o', at('client'))
    const certificate = new X509Certificate(readFileSync(at('client/tls.crt')))
    const authority = new X509Certificate(readFileSync(at('client/ca.crt')))
    assert.equal(certificate.subjectAltName, 'URI:spiffe://meshkeeper/mesh/m/virtualNode/a%20b')
    assert.ok(certificate.verify(authority.publicKey) && certificate.checkIssued(authority))
    assert.equal(statSync(at('client/tls.key')).mode & 0o777, 0o600)
  })
})
