/** The entry of the console. */
import '@cloudscape-design/global-styles/index.css'
import './frame/frame.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.js'
import { applyStoredModes } from './frame/modes.js'

const container = document.getElementById('app')
if (!container) throw new Error('index.html has no #app')
applyStoredModes()
createRoot(container).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
