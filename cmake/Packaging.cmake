# What `cmake --install` and the two Debian packages hold: component host (connect-host) and component sdk (connect-host-sdk).
# The plugins' folder is the one that the executable looks into: <exe>/../lib/connect-host/plugins.

include_guard(GLOBAL)

set(CNX_INSTALL_DOCDIR share/doc/connect-host)

install(TARGETS connect-host RUNTIME DESTINATION bin COMPONENT host)
install(TARGETS walmart-source order-transform mysql-sink LIBRARY DESTINATION lib/connect-host/plugins COMPONENT host)
install(FILES README.md CHANGELOG.md SECURITY.md THIRD_PARTY_NOTICES.md DESTINATION ${CNX_INSTALL_DOCDIR} COMPONENT host)
install(FILES LICENSE DESTINATION ${CNX_INSTALL_DOCDIR} RENAME copyright COMPONENT host)
# What the pages name lies beside them (docs/operations.md, "Where things are").
install(DIRECTORY docs DESTINATION ${CNX_INSTALL_DOCDIR} COMPONENT host FILES_MATCHING PATTERN "*.md")
install(FILES config/walmart.yml config/README.md DESTINATION ${CNX_INSTALL_DOCDIR}/examples COMPONENT host)
install(FILES packaging/compose.yaml packaging/kubernetes/connect-host.yaml packaging/monitoring/alerts.yml packaging/monitoring/grafana-dashboard.json
        DESTINATION ${CNX_INSTALL_DOCDIR}/examples COMPONENT host)
install(DIRECTORY tests/testdata/walmart/ DESTINATION ${CNX_INSTALL_DOCDIR}/examples/orders COMPONENT host FILES_MATCHING PATTERN "[0-9]*.json" PATTERN errors EXCLUDE)
install(DIRECTORY sql DESTINATION share/connect-host COMPONENT host)
install(FILES packaging/systemd/connect-host.service DESTINATION lib/systemd/system COMPONENT host)
# The examples: what a first pipeline needs, and what works with any data.
install(TARGETS file-source stdout-sink LIBRARY DESTINATION lib/connect-host/plugins COMPONENT host)
install(FILES ${CNX_SHIPPED_EXAMPLES} DESTINATION lib/connect-host/plugins COMPONENT host)
install(DIRECTORY sdk/rust/cnx DESTINATION share/connect-host-sdk/rust COMPONENT sdk PATTERN target EXCLUDE PATTERN Cargo.lock EXCLUDE)
install(FILES LICENSE DESTINATION share/doc/connect-host-sdk RENAME copyright COMPONENT sdk)

set(CPACK_GENERATOR DEB)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL host sdk)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_PACKAGE_NAME connect-host)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "connect-host developers <maintainers@connect-host.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS OFF)

set(CPACK_DEBIAN_HOST_PACKAGE_NAME connect-host)
set(CPACK_DEBIAN_HOST_PACKAGE_SECTION net)
set(CPACK_COMPONENT_HOST_DESCRIPTION "Native host for source, transform and sink plugins around Kafka
 What Kafka Connect is for the JVM, as one small process: Walmart Marketplace orders, MySQL and MariaDB, exactly once.")
set(CPACK_DEBIAN_HOST_PACKAGE_SHLIBDEPS ON)
# dpkg's symbols files let far older libraries pass than were ever tried: these are Debian 12's. Time zones are read at run time.
set(CPACK_DEBIAN_HOST_PACKAGE_DEPENDS
  "libmariadb3 (>= 1:10.11.4), libcurl4 (>= 7.88.1), libssl3 (>= 3.0.9), libspdlog1.10 (>= 1:1.10.0), tzdata")
set(CPACK_DEBIAN_HOST_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_HOST_PACKAGE_CONTROL_EXTRA
  "${PROJECT_SOURCE_DIR}/packaging/debian/postinst;${PROJECT_SOURCE_DIR}/packaging/debian/prerm;${PROJECT_SOURCE_DIR}/packaging/debian/postrm")

set(CPACK_DEBIAN_SDK_PACKAGE_NAME connect-host-sdk)
set(CPACK_DEBIAN_SDK_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_SDK_PACKAGE_ARCHITECTURE all)
set(CPACK_COMPONENT_SDK_DESCRIPTION "Headers and CMake functions for plugins of connect-host
 The C interface between host and plugins, its C++20 wrapper, and headers for tests of plugins. Needs a compiler alone.")
set(CPACK_DEBIAN_SDK_PACKAGE_SUGGESTS "connect-host, cmake, g++ | clang")

include(CPack)
