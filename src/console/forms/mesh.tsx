/** Creates and edits a mesh. */
import { MESH_FORM } from '../data/form/mesh-form.js'
import { formPage } from './form-page.js'

export const Component = formPage(MESH_FORM)
