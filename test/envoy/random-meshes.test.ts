import fc from 'fast-check'
import { meshArbitrary } from '../property/mesh-arbitrary.js'
import { translateMesh } from '../translate/golden.js'
import { GoldenEnvoy } from './golden-envoy.js'
import { NEWEST, OLDEST, requireEnvoy } from './install.js'

const RUNS = process.env['LONG_TESTS'] === '1' ? 1_000 : 25

for (const version of [OLDEST, NEWEST]) {
  describe(`Envoy ${version} takes any mesh`, () => {
    let envoy: GoldenEnvoy | undefined

    before(async function () {
      envoy = await GoldenEnvoy.start(await requireEnvoy(this, version))
    })

    after(() => envoy?.stop())

    it(`that the API takes (${RUNS} random ones)`, async function () {
      this.timeout(RUNS * 2_000)
      await fc.assert(
        fc.asyncProperty(meshArbitrary, async (input) => {
          for (const output of translateMesh(input)) await envoy?.load(output)
        }),
        { numRuns: RUNS },
      )
    })
  })
}
