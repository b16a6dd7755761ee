/** Random TLS of listeners and random client policies: few values, so that policies agree and differ. */
import fc from 'fast-check'

export const CERTIFICATE_ARNS = ['arn:aws:acm:r:1:a', 'arn:aws:acm:r:1:b'] as const
export const AUTHORITY_ARNS = ['arn:aws:acm-pca:r:1:a', 'arn:aws:acm-pca:r:1:b'] as const

const pick = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)

const file = fc.constant({ file: { certificateChain: '/certs/a.pem', privateKey: '/certs/a.key' } })
const sds = fc.record({ sds: fc.record({ secretName: pick('a', 'spiffe://m/b') }) })
const acm = fc.record({ acm: fc.record({ certificateArn: pick(...CERTIFICATE_ARNS) }) })
const trustedFile = fc.constant({ file: { certificateChain: '/certs/ca.pem' } })
const authorities = fc.record({
  acm: fc.record({
    certificateAuthorityArns: fc.array(pick(...AUTHORITY_ARNS), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
})

const validation = (trust: fc.Arbitrary<object>) =>
  fc.record(
    {
      trust,
      subjectAlternativeNames: fc.record({
        match: fc.record({ exact: fc.array(pick('x.local', 'spiffe://m/a'), { maxLength: 3 }) }),
      }),
    },
    { requiredKeys: ['trust'] },
  )

export const listenerTls = fc.record(
  {
    mode: pick('STRICT', 'PERMISSIVE', 'DISABLED'),
    certificate: fc.oneof(file, sds, acm),
    validation: validation(fc.oneof(trustedFile, sds)),
  },
  { requiredKeys: ['mode', 'certificate'] },
)

export const clientPolicy = fc.record(
  {
    tls: fc.record(
      {
        enforce: fc.boolean(),
        ports: fc.array(pick(80, 443, 8080), { maxLength: 2 }),
        certificate: fc.oneof(file, sds),
        validation: validation(fc.oneof(trustedFile, sds, authorities)),
      },
      { requiredKeys: ['validation'] },
    ),
  },
  { requiredKeys: [] },
)
