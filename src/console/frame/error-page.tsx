/** A page that broke: says so, and offers to load it anew. */
import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import { isRouteErrorResponse, useRouteError } from 'react-router'
import { NotFound } from './not-found.js'
import { describeError } from './states.js'

export function ErrorPage() {
  const error = useRouteError()
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFound />
  const isOld = error instanceof TypeError && /dynamically imported module|module script/i.test(error.message)
  return (
    <Alert
      type="error"
      header={isOld ? 'A part of the console could not be loaded' : 'This page failed'}
      action={<Button onClick={() => window.location.reload()}>Reload</Button>}
    >
      {isOld ? 'The server may have been updated since the console was opened. Reload the page.' : describeError(error)}
    </Alert>
  )
}
