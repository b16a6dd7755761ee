import assert from 'node:assert/strict'
import { goldenCases, translateCase } from '../translate/golden.js'
import { GoldenEnvoy } from './golden-envoy.js'
import { NEWEST, OLDEST, requireEnvoy } from './install.js'

/** One Envoy per version takes every golden in turn: all four types are validated by Envoy itself. */
for (const version of [OLDEST, NEWEST]) {
  describe(`Envoy ${version} takes every golden`, () => {
    let envoy: GoldenEnvoy | undefined

    before(async function () {
      envoy = await GoldenEnvoy.start(await requireEnvoy(this, version))
    })

    after(() => envoy?.stop())

    for (const golden of goldenCases()) {
      it(golden.name, async () => {
        for (const output of translateCase(golden)) await envoy?.load(output)
      })
    }

    it('and would not have taken just anything', async () => {
      const golden = goldenCases().find(({ name }) => name === 'services-sharing-a-port')
      const [output] = golden ? translateCase(golden) : []
      if (!envoy || !output) return
      const { clusters, routes } = output
      await assert.rejects(envoy.load({ ...output, clusters: [...clusters, clusters[0]!] }), /duplicate cluster/)
      const [ingress, ...others] = routes.map((route) => ({ ...route, bytes: withDuplicateHost(route.bytes) }))
      await assert.rejects(envoy.load({ ...output, routes: [ingress!, ...others] }), /[Uu]nique/)
    })
  })
}

/** A route configuration whose virtual hosts are there twice: protobuf appends lists when messages are joined. */
function withDuplicateHost(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, bytes])
}
