import { eventStoreContract, startNats } from '#testing';
import { openEventStore } from './open.js';

eventStoreContract('JetStream', async () => {
  const nats = await startNats();
  return { open: () => openEventStore(nats.url, { name: 'contract' }), dispose: () => nats.stop() };
});
