import { context, type Context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { type ClaimedJob, isTraceParent } from '@casare/shared';
import type { StepTime } from './step-times.ts';

export interface JobSpan {
  /** The trace it belongs to; of the submitter, where that is known. */
  readonly traceId: string | undefined;
  steps(steps: readonly StepTime[], more: number): void;
  end(how: string, errorCode?: string): void;
}

/** The work of this robot on a job, below the request that submitted it. Costs nothing while no traces are sent. */
export function startJobSpan(job: ClaimedJob, robotName: string): JobSpan {
  const tracer = trace.getTracer('casare.robot');
  const parent = parentOf(job.traceParent);
  const span = tracer.startSpan(
    `job ${job.workflow.name}`,
    {
      kind: SpanKind.CONSUMER,
      attributes: {
        'casare.job.id': job.jobId,
        'casare.job.attempt': job.attempt,
        'casare.workflow.id': job.workflow.id,
        'casare.workflow.version': job.workflowVersion,
        'casare.robot.name': robotName,
      },
    },
    parent,
  );
  const within = trace.setSpan(parent, span);
  let uncounted = 0;
  return {
    traceId: isTraceParent(job.traceParent) ? job.traceParent.slice(3, 35) : recordedTrace(span),
    steps(steps, more) {
      uncounted += more;
      if (!span.isRecording()) return;
      for (const step of steps) {
        const own = tracer.startSpan(
          step.nodeType ?? step.nodeId,
          {
            startTime: step.startedAt,
            attributes: {
              'casare.node.id': step.nodeId,
              'casare.node.path': step.path,
              'casare.node.attempt': step.attempt,
              ...(step.nodeType !== undefined && { 'casare.node.type': step.nodeType }),
            },
          },
          within,
        );
        if (step.errorCode !== undefined) fail(own, step.errorCode);
        own.end(step.endedAt);
      }
    },
    end(how, errorCode) {
      span.setAttribute('casare.job.end', how);
      if (uncounted > 0) span.setAttribute('casare.steps.not_shown', uncounted);
      if (errorCode !== undefined) fail(span, errorCode);
      span.end();
    },
  };
}

/** The code alone: a message may say what a workflow works on. */
function fail(span: Span, code: string): void {
  span.setAttribute('error.type', code);
  span.setStatus({ code: SpanStatusCode.ERROR, message: code });
}

function recordedTrace(span: Span): string | undefined {
  return span.isRecording() ? span.spanContext().traceId : undefined;
}

function parentOf(traceParent: string | undefined): Context {
  if (!isTraceParent(traceParent)) return context.active();
  const [, traceId = '', spanId = '', flags = '00'] = traceParent.split('-');
  return trace.setSpanContext(context.active(), {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & 1,
    isRemote: true,
  });
}
