import type { ElkNode } from 'elkjs/lib/elk-api';

/** ELK in a worker, loaded with the first layout: 1.4 MB that most sessions never need. The worker ends with the layout. */
export async function layOut(graph: ElkNode): Promise<ElkNode> {
  const [{ default: Elk }, { default: workerUrl }] = await Promise.all([
    import('elkjs/lib/elk-api'),
    import('elkjs/lib/elk-worker.min.js?url'),
  ]);
  const elk = new Elk({ workerUrl, workerFactory: (url) => new Worker(url ?? workerUrl) });
  try {
    return await elk.layout(graph);
  } finally {
    elk.terminateWorker();
  }
}
