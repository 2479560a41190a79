# What `cmake --install` and the two Debian packages hold: component host (connect-host) and component sdk (connect-host-sdk).
# The plugins' folder is the one that the executable looks into: <exe>/../lib/connect-host/plugins.

include_guard(GLOBAL)

set(CNX_INSTALL_DOCDIR share/doc/connect-host)

install(TARGETS connect-host RUNTIME DESTINATION bin COMPONENT host)
install(TARGETS walmart-source order-transform mysql-sink LIBRARY DESTINATION lib/connect-host/plugins COMPONENT host)
install(FILES README.md CHANGELOG.md SECURITY.md THIRD_PARTY_NOTICES.md DESTINATION ${CNX_INSTALL_DOCDIR} COMPONENT host)
install(FILES packaging/debian/connect-host.lintian-overrides DESTINATION share/lintian/overrides RENAME connect-host COMPONENT host)
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
# What is installed as a file is not stripped by itself.
install(CODE "if(CMAKE_INSTALL_DO_STRIP)
  foreach(plugin ${CNX_SHIPPED_EXAMPLES})
    cmake_path(GET plugin FILENAME name)
    execute_process(COMMAND \"${CMAKE_STRIP}\" --strip-unneeded \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/lib/connect-host/plugins/\${name}\" COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
endif()" COMPONENT host)
install(DIRECTORY sdk/rust/cnx DESTINATION share/connect-host-sdk/rust COMPONENT sdk PATTERN target EXCLUDE PATTERN Cargo.lock EXCLUDE)
# The paperwork that Debian wants of each package.
function(cnx_install_compressed file destination component)
  execute_process(COMMAND gzip --best --no-name --force --keep ${file} COMMAND_ERROR_IS_FATAL ANY)
  install(FILES ${file}.gz DESTINATION ${destination} COMPONENT ${component})
endfunction()
configure_file(packaging/debian/connect-host.1 ${PROJECT_BINARY_DIR}/debian/connect-host.1 COPYONLY)
cnx_install_compressed(${PROJECT_BINARY_DIR}/debian/connect-host.1 share/man/man1 host)
foreach(component host sdk)
  set(package connect-host)
  if(component STREQUAL "sdk")
    set(package connect-host-sdk)
  endif()
  set(changelog ${PROJECT_BINARY_DIR}/debian/${package}/changelog)
  configure_file(packaging/debian/changelog.in ${changelog} @ONLY)
  cnx_install_compressed(${changelog} share/doc/${package} ${component})
  install(FILES packaging/debian/copyright DESTINATION share/doc/${package} COMPONENT ${component})
endforeach()

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
# The first line is the project's description in both.
set(CPACK_DEBIAN_HOST_DESCRIPTION "What Kafka Connect is for the JVM, as one small process: Walmart
Marketplace orders to Kafka, and Kafka to MySQL and MariaDB, exactly once.")
set(CPACK_DEBIAN_HOST_PACKAGE_SHLIBDEPS ON)
# dpkg's symbols files let far older libraries pass than were ever tried: these are Debian 12's. Time zones are read at run time.
set(CPACK_DEBIAN_HOST_PACKAGE_DEPENDS
  "libmariadb3 (>= 1:10.11.4), libcurl4 (>= 7.88.1), libdeflate0 (>= 1.14), libssl3 (>= 3.0.9), libspdlog1.10 (>= 1:1.10.0), tzdata")
set(CPACK_DEBIAN_HOST_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_HOST_PACKAGE_CONTROL_EXTRA
  "${PROJECT_SOURCE_DIR}/packaging/debian/postinst;${PROJECT_SOURCE_DIR}/packaging/debian/prerm;${PROJECT_SOURCE_DIR}/packaging/debian/postrm")

set(CPACK_DEBIAN_SDK_PACKAGE_NAME connect-host-sdk)
set(CPACK_DEBIAN_SDK_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_SDK_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_SDK_DESCRIPTION "What plugins are made with: the C interface between host and plugins, its
C++20 wrapper and CMake functions, a Rust crate, and headers for tests of
plugins. Needs a compiler alone.")
set(CPACK_DEBIAN_SDK_PACKAGE_SUGGESTS "connect-host, cmake, g++ | clang")

include(CPack)
