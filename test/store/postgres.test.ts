import { openStore } from '../../src/store/open-store.js'
import { describeStore } from './contract.js'
import { requirePostgres, type PostgresCluster } from './postgres-cluster.js'

let cluster: PostgresCluster
before(async function () {
  cluster = await requirePostgres(this)
})
after(() => cluster.stop())

describeStore('PostgreSQL', async (options) => openStore(await cluster.newAddress(), options))
