import { assertStored, readRecording } from './recordings.js'
import { openService, type Service } from './service.js'

for (const name of ['ingress-gateway', 'outlier-detection', 'timeout-policy']) {
  describe(`the recorded mesh ${name}`, () => {
    let service: Service
    before(async () => (service = await openService()))
    after(() => service.close())

    readRecording(name).forEach(({ operation, input }, index) => {
      it(`${index + 1}: ${operation} is answered with what was sent`, async () => {
        const answer = await service.make(operation, input)
        assertStored(answer, input)
      })
    })
  })
}
