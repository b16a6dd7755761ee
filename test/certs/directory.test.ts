/** The certificate directory while files come, change, break and go. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatEntryName, kindOf, parseEntryName } from '../../src/certs/arn.js'
import { CertificateDirectory } from '../../src/certs/directory.js'
import { describeEntries, importFiles, removeMaterial, saveMaterial } from '../../src/certs/import.js'
import type { Issued } from '../../src/certs/authority.js'
import {
  AUTHORITY_ARN,
  authorityMaterial,
  CERTIFICATE_ARN,
  certificateMaterial,
  makeAuthority,
  makeLeaf,
  OTHER_ARN,
} from './material.js'

const parent = mkdtempSync(join(tmpdir(), 'meshkeeper-directory-'))
after(() => rmSync(parent, { recursive: true }))

let count = 0
const opened: CertificateDirectory[] = []
afterEach(() => opened.splice(0).forEach((each) => each.stop()))

/** A directory that is followed, and what it says. Nothing is looked at but when the test says so, unless there are events. */
async function follow(path = join(parent, String((count += 1)))) {
  const said: string[] = []
  const changes: string[][] = []
  const directory = new CertificateDirectory({
    path,
    intervalMs: 3_600_000,
    onLoaded: (arn, { renewed }) => said.push(`${renewed ? 'renewed' : 'loaded'} ${arn}`),
    onRemoved: (arn) => said.push(`removed ${arn}`),
    onBroken: (_path, reason, kept) => said.push(`broken ${kept ? 'kept' : 'nothing'}: ${reason}`),
    onWarning: (_path, warning) => said.push(`warning ${warning}`),
  })
  opened.push(directory)
  await directory.start()
  directory.onChange((arns) => changes.push([...arns].sort()))
  return { path, directory, said, changes }
}

describe('the certificate directory', () => {
  let ca: Issued
  before(async () => {
    ca = await makeAuthority()
  })
  const leaf = () => makeLeaf(ca, 'server.local')
  const chainOf = (directory: CertificateDirectory, arn = CERTIFICATE_ARN): string => {
    const found = directory.certificate(arn)
    return 'problem' in found ? found.problem : found.chain
  }

  it('need not be there', async () => {
    const { directory, said, path } = await follow()
    assert.deepEqual(said, [])
    assert.match(chainOf(directory), /nothing has been imported for arn:aws:acm:.*meshkeeper certs import --arn/)
    await saveMaterial(path, certificateMaterial(CERTIFICATE_ARN, await leaf()))
    await directory.check()
    assert.deepEqual(said, [`loaded ${CERTIFICATE_ARN}`])
  })

  it('warns of a certificate that grows old while nobody touches it, once', async () => {
    const path = join(parent, 'old')
    await saveMaterial(path, certificateMaterial(CERTIFICATE_ARN, await leaf()))
    let now = Date.now()
    const warnings: string[] = []
    const onWarning = (_path: string, warning: string): void => void warnings.push(warning)
    const directory = new CertificateDirectory({ path, intervalMs: 3_600_000, now: () => now, onWarning })
    opened.push(directory)
    await directory.start()
    assert.deepEqual(warnings, [])
    now += 20 * 86_400_000
    await directory.check()
    await directory.check()
    assert.equal(warnings.length, 1)
    assert.match(warnings.join(), /CN=server\.local\) expires on/)
  })

  it('takes up a change by itself, at once', async () => {
    const { directory, path } = await follow()
    await saveMaterial(path, certificateMaterial(CERTIFICATE_ARN, await leaf()))
    await directory.check()
    const next = await leaf()
    const changed = new Promise((resolve) => directory.onChange(resolve))
    await saveMaterial(path, certificateMaterial(CERTIFICATE_ARN, next))
    await changed
    assert.equal(chainOf(directory), next.chain)
  })

  it('tells what changed and nothing else, and gives the same object while nothing did', async () => {
    const { directory, path, changes } = await follow()
    await saveMaterial(path, certificateMaterial(CERTIFICATE_ARN, await leaf()))
    const two = await leaf()
    await saveMaterial(path, certificateMaterial(OTHER_ARN, two))
    await directory.check()
    const before = [directory.certificate(CERTIFICATE_ARN), directory.certificate(OTHER_ARN)]
    assert.equal(directory.certificate(CERTIFICATE_ARN), before[0])
    await saveMaterial(path, certificateMaterial(OTHER_ARN, two))
    await saveMaterial(path, certificateMaterial(CERTIFICATE_ARN, await leaf()))
    await directory.check()
    assert.deepEqual(changes.at(-1), [CERTIFICATE_ARN])
    assert.notEqual(chainOf(directory), (before[0] as { chain: string }).chain)
    assert.equal(chainOf(directory, OTHER_ARN), two.chain)
    assert.equal(directory.certificate(OTHER_ARN), before[1])
  })

  it('keeps what it has when a file breaks, and says so once', async () => {
    const { directory, path, said } = await follow()
    const first = await leaf()
    const { path: file } = await saveMaterial(path, certificateMaterial(CERTIFICATE_ARN, first))
    await directory.check()
    writeFileSync(file, first.chain)
    await directory.check()
    await directory.check()
    assert.equal(chainOf(directory), first.chain)
    assert.deepEqual(said.slice(1), [`broken kept: ${file} holds no private key`])
    assert.equal(directory.statuses()[0]?.broken, true)
    const next = await leaf()
    writeFileSync(file, next.chain + next.key)
    await directory.check()
    assert.equal(chainOf(directory), next.chain)
    assert.equal(directory.statuses()[0]?.broken, false)
  })

  it('says why there is nothing for a file that was never good', async () => {
    const { directory, path, said } = await follow()
    mkdirSync(path)
    writeFileSync(join(path, `${formatEntryName(CERTIFICATE_ARN)}.pem`), 'hello')
    await directory.check()
    assert.match(said.join(), /broken nothing: .*is not PEM/)
    assert.match(chainOf(directory), /is not PEM/)
  })

  it('does not wait for a pipe', async () => {
    const { directory, path, said } = await follow()
    await saveMaterial(path, certificateMaterial(OTHER_ARN, await leaf()))
    execFileSync('mkfifo', [join(path, `${formatEntryName(CERTIFICATE_ARN)}.pem`)])
    await directory.check()
    assert.match(said.join(), /broken nothing: .* is not an ordinary file/)
    assert.match(chainOf(directory, OTHER_ARN), /BEGIN CERTIFICATE/)
  })

  it('does not miss a change of the same size in the same moment', async () => {
    const { directory, path } = await follow()
    const [one, two] = [await leaf(), await leaf()]
    const { path: file } = await saveMaterial(path, certificateMaterial(CERTIFICATE_ARN, one))
    await directory.check()
    const { atime, mtime } = statSync(file)
    writeFileSync(file, two.chain + two.key)
    const { utimesSync } = await import('node:fs')
    utimesSync(file, atime, mtime)
    await directory.check()
    assert.equal(chainOf(directory), two.chain)
  })

  it('forgets what is removed, but not what is out of reach as a whole', async () => {
    const { directory, path, said, changes } = await follow()
    await saveMaterial(path, certificateMaterial(CERTIFICATE_ARN, await leaf()))
    await saveMaterial(path, certificateMaterial(OTHER_ARN, await leaf()))
    await directory.check()
    await removeMaterial(path, CERTIFICATE_ARN)
    await directory.check()
    assert.equal(said.at(-1), `removed ${CERTIFICATE_ARN}`)
    assert.deepEqual(changes.at(-1), [CERTIFICATE_ARN])
    assert.match(chainOf(directory), /nothing has been imported/)
    renameSync(path, `${path}-away`)
    await directory.check()
    await directory.check()
    assert.deepEqual(said.slice(-1), ['broken kept: there is no such file'])
    assert.match(chainOf(directory, OTHER_ARN), /BEGIN CERTIFICATE/)
    renameSync(`${path}-away`, path)
    await saveMaterial(path, certificateMaterial(CERTIFICATE_ARN, await leaf()))
    await directory.check()
    assert.match(chainOf(directory), /BEGIN CERTIFICATE/)
  })

  it('takes what goes while it looks for removed, not for broken', async () => {
    const path = join(parent, String((count += 1)))
    const files = new Map<string, string>()
    for (const arn of [CERTIFICATE_ARN, OTHER_ARN]) {
      const { path: file } = await saveMaterial(path, certificateMaterial(arn, await leaf()))
      files.set(arn, file)
    }
    const said: string[] = []
    const directory = new CertificateDirectory({
      path,
      intervalMs: 3_600_000,
      // The other one is listed already, and not read yet.
      onLoaded: (arn) => {
        said.push(arn)
        for (const [other, file] of files) if (other !== arn) rmSync(file)
      },
      onBroken: (broken, reason) => said.push(`${broken}: ${reason}`),
    })
    opened.push(directory)
    await directory.start()
    assert.equal(said.length, 1, said.join())
    assert.deepEqual(
      directory.statuses().map(({ arn }) => arn),
      said,
    )
  })

  it('reads what cert-manager and Kubernetes write, through a swapped link', async () => {
    const { directory, path } = await follow()
    const entry = join(path, formatEntryName(CERTIFICATE_ARN))
    mkdirSync(entry, { recursive: true })
    const write = async (name: string) => {
      const { chain, key } = await leaf()
      mkdirSync(join(entry, name))
      writeFileSync(join(entry, name, 'tls.crt'), chain)
      writeFileSync(join(entry, name, 'tls.key'), key)
      symlinkSync(name, join(entry, '..data_tmp'))
      renameSync(join(entry, '..data_tmp'), join(entry, '..data'))
      return chain
    }
    const one = await write('..1')
    for (const name of ['tls.crt', 'tls.key']) symlinkSync(join('..data', name), join(entry, name))
    await directory.check()
    assert.equal(chainOf(directory), one)
    const two = await write('..2')
    await directory.check()
    assert.equal(chainOf(directory), two)
    assert.match((await describeEntries(path))[0]?.warnings.join() ?? '', /others than the owner .* may read/)
    await assert.rejects(
      saveMaterial(path, certificateMaterial(CERTIFICATE_ARN, await leaf())),
      /not written by meshkeeper/,
    )
    await assert.rejects(removeMaterial(path, CERTIFICATE_ARN), /is a directory that somebody else keeps/)
  })

  it('knows the authority of a certificate by the end of its chain', async () => {
    const { directory, path } = await follow()
    const { chain, leaf: alone, key } = await leaf()
    await saveMaterial(path, certificateMaterial(CERTIFICATE_ARN, { chain, key }))
    await saveMaterial(path, certificateMaterial(OTHER_ARN, { chain: alone, key }))
    await saveMaterial(path, authorityMaterial(AUTHORITY_ARN, ca))
    await directory.check()
    assert.deepEqual(directory.authority(CERTIFICATE_ARN), { chain: String(ca.certificate) })
    assert.equal((directory.authority(AUTHORITY_ARN) as { chain: string }).chain, String(ca.certificate))
    assert.match(JSON.stringify(directory.authority(OTHER_ARN)), /import it with its chain/)
    assert.match(JSON.stringify(directory.certificate(AUTHORITY_ARN)), /is no certificate/)
  })

  it('is written for its owner only, whole files, and nothing when the files are bad', async () => {
    const path = join(parent, 'written')
    const { chain, key } = await leaf()
    const [certificate, privateKey] = [join(parent, 'c.pem'), join(parent, 'k.pem')]
    writeFileSync(certificate, chain)
    writeFileSync(privateKey, key)
    await importFiles({ directory: path, arn: CERTIFICATE_ARN, certificate, privateKey })
    assert.equal(statSync(path).mode & 0o777, 0o700)
    const [file = '', ...others] = readdirSync(path)
    assert.deepEqual(others, [])
    assert.equal(statSync(join(path, file)).mode & 0o777, 0o600)
    writeFileSync(privateKey, (await leaf()).key)
    await assert.rejects(
      importFiles({ directory: path, arn: CERTIFICATE_ARN, certificate, privateKey }),
      /does not belong/,
    )
    assert.deepEqual(readdirSync(path), [file])
    assert.equal((await describeEntries(path))[0]?.material?.chain, chain)
    await assert.rejects(removeMaterial(path, OTHER_ARN), /there is nothing for/)
  })

  describe('names', () => {
    for (const arn of [
      CERTIFICATE_ARN,
      AUTHORITY_ARN,
      'arn:aws-us-gov:acm:us-gov-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
      'arn:aws:acm:us-east-1:123456789012:certificate/with_under_scores',
    ])
      it(`a file after ${arn} and back`, () => assert.equal(parseEntryName(formatEntryName(arn)), arn))
    for (const arn of [
      'arn:aws:acm:us-east-1:123456789012:certificate/../../etc',
      'arn:aws:acm:us-east-1:123456789012:certificate/a/b',
      'arn:aws:acm:us-east-1:123456789012:certificate/',
      'arn:aws:acm:us-east-1:1:certificate/x',
      'arn:aws:acm:us-east-1:123456789012:certificate-authority/x',
      '',
    ])
      it(`nothing after ${JSON.stringify(arn)}`, () => assert.equal(kindOf(arn), undefined))
  })
})
