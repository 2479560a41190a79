/* SPDX-License-Identifier: Apache-2.0
 *
 * Service cnx.fault-points/1 of the host: points between the steps of a protocol, at which a test makes the process
 * die, fail, wait or hang. The service is there only while fault points are armed.
 */
#ifndef CNX_ABI_EXT_FAULT_POINTS_H
#define CNX_ABI_EXT_FAULT_POINTS_H

#include "cnx/abi/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CNX_SERVICE_FAULT_POINTS "cnx.fault-points/1"
typedef struct cnx_fault_points {
  uint32_t struct_size;
  void* ctx;
  /* CNX_OK: go on. CNX_RETRY: behave as if the step had failed with a passing fault. May not come back. [any] */
  cnx_status (*pass)(void* ctx, cnx_str point);
} cnx_fault_points;

#ifdef __cplusplus
}
#endif
#endif
