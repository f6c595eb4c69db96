import { z } from 'zod';

/** A condition of If, While, Assert and Wait until: see isTrue for what counts as true. */
export const conditionParam = z
  .unknown()
  .meta({ title: 'Condition', 'x-widget': 'condition', placeholder: '${vars.count > 3}' });
