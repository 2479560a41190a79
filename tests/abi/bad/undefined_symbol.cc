// SPDX-License-Identifier: Apache-2.0
extern "C" int nobody_defines_this();
extern "C" int use_it() { return nobody_defines_this(); }
