/** Creates and edits a virtual node. */
import { VIRTUAL_NODE_FORM } from '../data/form/virtual-node-form.js'
import { formPage } from './form-page.js'

export const Component = formPage(VIRTUAL_NODE_FORM)
