/** What surrounds every page: the cache of answers, the event stream, English texts, the router. */
import I18nProvider from '@cloudscape-design/components/i18n'
import english from '@cloudscape-design/components/i18n/messages/all.en'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { createBrowserRouter, RouterProvider } from 'react-router'
import { EventStream, EventStreamContext } from './access/events.js'
import { AccessError } from './access/http.js'
import { BASE } from './data/paths.js'
import { ModesProvider } from './frame/modes.js'
import { NotifyProvider } from './frame/notify.js'
import { ROUTES } from './routes.js'

const MOST_RETRIES = 2
const FRESH_MILLIS = 30_000

function isWorthAnotherTry(error: Error): boolean {
  return error instanceof AccessError && (error.status === 0 || error.status >= 500)
}

/** What the server refused it would refuse again; only what did not reach it is worth another try. */
const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MILLIS,
      retry: (failures, error) => failures < MOST_RETRIES && isWorthAnotherTry(error),
    },
  },
})

const router = createBrowserRouter(ROUTES, { basename: BASE })

export function App() {
  const events = useMemo(() => new EventStream(client), [])
  useEffect(() => {
    events.open()
    return () => events.close()
  }, [events])
  return (
    <I18nProvider locale="en" messages={[english]}>
      <QueryClientProvider client={client}>
        <EventStreamContext value={events}>
          <ModesProvider>
            <NotifyProvider>
              <RouterProvider router={router} />
            </NotifyProvider>
          </ModesProvider>
        </EventStreamContext>
      </QueryClientProvider>
    </I18nProvider>
  )
}
