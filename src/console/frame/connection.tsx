/** Says that the server is gone, and that what is shown may be old. */
import type { FlashbarProps } from '@cloudscape-design/components/flashbar'
import Button from '@cloudscape-design/components/button'
import { useEffect, useState } from 'react'
import { useConnection } from '../access/events.js'

/** A reconnection that takes no longer than this is nobody's business. */
const GRACE_MILLIS = 1500

export function useConnectionNotice(): FlashbarProps.MessageDefinition | undefined {
  const { state, retry } = useConnection()
  const [isShown, setShown] = useState(false)
  useEffect(() => {
    if (state === 'open') setShown(false)
    if (state !== 'lost') return
    const timer = setTimeout(() => setShown(true), GRACE_MILLIS)
    return () => clearTimeout(timer)
  }, [state])
  if (!isShown) return undefined
  return {
    id: 'no-connection',
    type: 'warning',
    header: 'No connection to the server',
    content: 'What you see may be out of date. The console tries to connect again.',
    action: <Button onClick={retry}>Try now</Button>,
    ariaRole: 'status',
  }
}
