/** Creates and edits a virtual router. */
import { VIRTUAL_ROUTER_FORM } from '../data/form/virtual-router-form.js'
import { formPage } from './form-page.js'

export const Component = formPage(VIRTUAL_ROUTER_FORM)
