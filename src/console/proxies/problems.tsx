/** What is wrong with the definition of a virtual node or gateway. */
import Alert from '@cloudscape-design/components/alert'
import type { Problem } from '../access/management.js'
import { problemText } from '../data/proxy-texts.js'

export function Problems({ problems }: { readonly problems: readonly Problem[] }) {
  if (problems.length === 0) return null
  const texts = problems.map(problemText)
  return (
    <Alert type="warning" header="Problems of its definition">
      {texts.length === 1 ? (
        texts[0]
      ) : (
        <ul>
          {texts.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
    </Alert>
  )
}
