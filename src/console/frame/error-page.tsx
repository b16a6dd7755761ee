/** A page that broke: says so, and offers to load it anew. */
import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import { useEffect, useState } from 'react'
import { isRouteErrorResponse, useRouteError } from 'react-router'
import { useConnection } from '../access/events.js'
import { NotFound } from './not-found.js'
import { describeError } from './states.js'

const AWAY = 'There is no connection to the server. The page is loaded once it is back.'
const UPDATED = 'The server may have been updated since the console was opened. Reload the page.'

export function ErrorPage() {
  const error = useRouteError()
  const isOld = error instanceof TypeError && /dynamically imported module|module script/i.test(error.message)
  const isAway = useReloadOnceBack(isOld)
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFound />
  return (
    <Alert
      type="error"
      header={isOld ? 'A part of the console could not be loaded' : 'This page failed'}
      action={<Button onClick={() => window.location.reload()}>Reload</Button>}
    >
      {isOld ? (isAway ? AWAY : UPDATED) : describeError(error)}
    </Alert>
  )
}

/** Whether the server is away; what could not be loaded then is loaded when it is back. */
function useReloadOnceBack(isNeeded: boolean): boolean {
  const { state } = useConnection()
  const [wasAway, setAway] = useState(false)
  useEffect(() => {
    if (state === 'lost') setAway(true)
    else if (state === 'open' && wasAway && isNeeded) window.location.reload()
  }, [state, wasAway, isNeeded])
  return state === 'lost' || wasAway
}
